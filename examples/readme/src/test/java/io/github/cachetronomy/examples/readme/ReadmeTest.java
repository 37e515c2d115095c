package io.github.cachetronomy.examples.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The code in the README is code that was compiled. */
@Tag("fast")
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(kotlin|java)\\n(.*?)^```$");
  private static final Pattern REGION =
      Pattern.compile("(?ms)^ *// readme:begin (\\S+)\\n(.*?)^ *// readme:end$");

  @Test
  void everyBlockIsARegionOfTheSourcesAndEveryRegionABlock() throws IOException {
    Map<String, String> regions = regions();
    Set<String> unused = new TreeSet<>(regions.keySet());
    Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "..", "README.md")));
    int count = 0;
    while (blocks.find()) {
      String code = blocks.group(2);
      List<String> names =
          regions.keySet().stream().filter(name -> regions.get(name).equals(code)).toList();
      assertFalse(names.isEmpty(), () -> "this block of the README is in no source file:\n" + code);
      assertTrue(
          names.stream().allMatch(name -> name.startsWith(blocks.group(1))),
          () -> names + " stand in a block of another language");
      names.forEach(unused::remove);
      count++;
    }
    assertEquals(regions.size(), count);
    assertEquals(Set.of(), unused, "regions that the README does not show");
  }

  private static Map<String, String> regions() throws IOException {
    Map<String, String> regions = new HashMap<>();
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Path.of("src", "main"))) {
      sources = files.filter(Files::isRegularFile).toList();
    }
    for (Path source : sources) {
      Matcher found = REGION.matcher(Files.readString(source));
      while (found.find()) {
        String code = found.group(2).stripTrailing().stripIndent() + "\n";
        String before = regions.put(found.group(1), code);
        assertEquals(null, before, () -> "two regions are called " + found.group(1));
      }
    }
    return regions;
  }
}
