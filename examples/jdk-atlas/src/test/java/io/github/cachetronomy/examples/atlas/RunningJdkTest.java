package io.github.cachetronomy.examples.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class RunningJdkTest {

  @Test
  void sameJdkHasTheSameKeys() throws IOException {
    assertEquals(
        RunningJdk.detect().reportKey("java.base"), RunningJdk.detect().reportKey("java.base"));
  }

  @Test
  void everyDifferenceMakesAnotherKey() {
    Set<String> keys =
        Stream.of(
                new RunningJdk("Debian", "17.0.15+6", "1@1"),
                new RunningJdk("Temurin", "17.0.15+6", "1@1"),
                new RunningJdk("Debian", "17.0.16+8", "1@1"),
                new RunningJdk("Debian", "17.0.15+6", "1@2"))
            .flatMap(
                jdk ->
                    Stream.of(
                        jdk.reportKey("java.base"),
                        jdk.reportKey("java.sql"),
                        jdk.firstRunKey(List.of("java.base"))))
            .collect(Collectors.toSet());

    assertEquals(12, keys.size());
  }
}
