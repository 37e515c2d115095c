package io.github.cachetronomy.cli.print;

/** How many columns of a terminal a text takes. */
final class Width {
  private Width() {}

  static int of(String text) {
    return text.codePoints().map(Width::of).sum();
  }

  /** The beginning of {@code text} that fits, with a sign that something was left out. */
  static String cut(String text, int columns) {
    if (text.length() <= columns / 2 || of(text) <= columns) {
      return text;
    }
    int width = 1;
    int end = 0;
    while (width + of(text.codePointAt(end)) <= columns) {
      width += of(text.codePointAt(end));
      end = text.offsetByCodePoints(end, 1);
    }
    return text.substring(0, end) + "…";
  }

  private static int of(int c) {
    if (c < 0x300) {
      return 1;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
      default -> isWide(c) ? 2 : 1;
    };
  }

  /** The large blocks of what Unicode calls wide: writing of East Asia, and pictures. */
  private static boolean isWide(int c) {
    return between(c, 0x1100, 0x115f)
        || between(c, 0x2e80, 0xa4cf)
        || between(c, 0xac00, 0xd7a3)
        || between(c, 0xf900, 0xfaff)
        || between(c, 0xfe30, 0xfe6f)
        || between(c, 0xff00, 0xff60)
        || between(c, 0xffe0, 0xffe6)
        || between(c, 0x1f300, 0x1f64f)
        || between(c, 0x1f900, 0x1f9ff)
        || between(c, 0x20000, 0x3fffd);
  }

  private static boolean between(int c, int first, int last) {
    return first <= c && c <= last;
  }
}
