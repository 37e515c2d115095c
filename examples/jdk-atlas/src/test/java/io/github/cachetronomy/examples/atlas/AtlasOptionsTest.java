package io.github.cachetronomy.examples.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class AtlasOptionsTest {

  @Test
  void noArgumentsMeanAllModules() throws IOException {
    AtlasOptions options = AtlasOptions.parse();

    assertEquals(JdkModules.names(), options.modules());
    assertEquals(Path.of("jdk-atlas.db"), options.file().getFileName());
    assertEquals(false, options.forget());
  }

  @Test
  void everyArgumentIsHeard() throws IOException {
    assertEquals(
        new AtlasOptions(Path.of("a.db"), List.of("java.base", "java.sql"), true),
        AtlasOptions.parse("--forget", "--modules", "java.sql,java.base,java.sql", "a.db"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nonsense", "a.db b.db", "--modules", "--modules java.nonsense"})
  void nonsenseIsRefused(String arguments) {
    assertThrows(IllegalArgumentException.class, () -> AtlasOptions.parse(arguments.split(" ")));
  }
}
