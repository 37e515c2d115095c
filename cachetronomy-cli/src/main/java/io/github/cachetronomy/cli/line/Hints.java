package io.github.cachetronomy.cli.line;

import java.util.Collection;

/** What somebody may have meant who mistyped a name. */
final class Hints {
  /** More typing mistakes than this make it another name. */
  private static final int MOST = 2;

  private Hints() {}

  /** A question to end a message with, or nothing. */
  static String of(String typed, Collection<String> names) {
    String nearest = null;
    int least = Math.min(MOST, typed.length() / 2) + 1;
    for (String name : names) {
      int distance = name.startsWith(typed) ? 1 : distance(typed, name);
      if (distance < least) {
        least = distance;
        nearest = name;
      }
    }
    return nearest == null ? "" : "; did you mean '" + nearest + "'?";
  }

  /** How many letters have to be put in, left out, replaced, or swapped with their neighbour. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + replaced);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
