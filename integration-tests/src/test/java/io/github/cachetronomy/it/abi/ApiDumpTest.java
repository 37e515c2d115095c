package io.github.cachetronomy.it.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The public API of each published module is what its dump says. A change of the dump is a change
 * for users and is read as one; {@code -Dabi.update=true} writes the dumps anew.
 */
@Tag("fast")
class ApiDumpTest {
  @ParameterizedTest
  @EnumSource
  void isAsAgreed(PublishedModule module) throws IOException {
    String dump = module.dump();
    assertFalse(dump.isBlank(), () -> module + " shows nothing at all; was it compiled?");
    Path agreed = module.agreed();
    if (Boolean.getBoolean("abi.update")) {
      Files.createDirectories(agreed.getParent());
      Files.writeString(agreed, dump);
    }
    assertTrue(
        Files.exists(agreed), () -> "there is no " + agreed + "; -Dabi.update=true writes it");
    if (!dump.equals(Files.readString(agreed))) {
      Path compiled = Path.of("target", module + ".api");
      Files.writeString(compiled, dump);
      String difference = PublishedModule.TOOLS.filesDiff(agreed.toFile(), compiled.toFile());
      throw new AssertionError(
          "the API of " + module + " has changed; -Dabi.update=true accepts it\n" + difference);
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsNoTypeOfOthers(PublishedModule module) throws IOException {
    assertEquals(List.of(), Leaks.in(module, module.dump()));
  }

  @ParameterizedTest
  @CsvSource({
    "CORE, org/jetbrains/exposed/v1/core/Table",
    "COROUTINES, java/sql/Connection",
    "JAVA_INTEROP, org/sqlite/SQLiteConnection",
    "TESTING, com/github/benmanes/caffeine/cache/Cache",
    "CORE, oshi/SystemInfo",
    "CORE, kotlinx/coroutines/CoroutineDispatcher",
    "TESTING, kotlinx/coroutines/flow/Flow",
    "CORE, kotlin/jvm/functions/Function1",
    "CORE, kotlin/time/Duration",
    "JAVA_INTEROP, kotlin/reflect/KType",
  })
  void aLeakIsFound(PublishedModule module, String type) {
    List<String> leaks = Leaks.in(module, dumpWith("public final fun leak (L" + type + ";)V"));
    assertEquals(1, leaks.size(), leaks::toString);
  }

  @Test
  void aLeakInASupertypeIsFound() {
    String dump = "public final class a/Ours : org/sqlite/Function {\n}\n";
    assertEquals(1, Leaks.in(PublishedModule.CORE, dump).size());
  }

  @Test
  void anInlineClassIsFoundByTheNameOfItsMember() {
    String dump = dumpWith("public final fun advance-LRDsOJo (J)V");
    assertEquals(1, Leaks.in(PublishedModule.JAVA_INTEROP, dump).size());
    assertEquals(List.of(), Leaks.in(PublishedModule.COROUTINES, dump));
  }

  @Test
  void whatIsAllowedIsNoLeak() {
    String dump = dumpWith("public final fun events ()Lkotlinx/coroutines/flow/Flow;");
    assertEquals(List.of(), Leaks.in(PublishedModule.COROUTINES, dump));
    String synthetic = dumpWith("public synthetic fun <init> (Lkotlin/time/Duration;)V");
    assertEquals(List.of(), Leaks.in(PublishedModule.CORE, synthetic));
  }

  private static String dumpWith(String member) {
    return "public final class a/Ours {\n\t" + member + "\n}\n";
  }
}
