package io.github.cachetronomy.examples.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class JdkModulesTest {

  @Test
  void namesAreSortedAndHoldTheBase() throws IOException {
    List<String> names = JdkModules.names();

    assertTrue(names.contains("java.base"));
    assertEquals(names.stream().sorted().toList(), names);
  }

  @Test
  void twoReadsOfOneModuleAreEqual() throws IOException {
    ModuleReport report = JdkModules.read("java.base");

    assertTrue(report.classes() > 5_000, report::toString);
    assertTrue(report.sha256().matches("[0-9a-f]{64}"), report::toString);
    assertEquals(report, JdkModules.read("java.base"));
  }

  /** XAException, XAResource and Xid, and the module-info; 10 methods in XAResource, 3 in Xid. */
  @Test
  void aSmallModuleIsCountedAsByHand() throws IOException {
    ModuleReport report = JdkModules.read("java.transaction.xa");

    assertEquals(4, report.classes());
    assertEquals(3, report.publicTypes());
    assertEquals(13, report.publicMethods());
  }

  @ParameterizedTest
  @ValueSource(strings = {"java.sql", "java.xml", "java.net.http"})
  void publicApiIsWhatReflectionSees(String module) throws IOException {
    List<Class<?>> types = publicTypes(module);
    long methods = types.stream().map(Class::getDeclaredMethods).mapToLong(this::countPublic).sum();

    ModuleReport report = JdkModules.read(module);

    assertEquals(types.size(), report.publicTypes());
    assertEquals(methods, report.publicMethods());
  }

  private List<Class<?>> publicTypes(String module) throws IOException {
    try (var reader = ModuleFinder.ofSystem().find(module).orElseThrow().open();
        Stream<String> resources = reader.list()) {
      return resources
          .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
          .<Class<?>>map(name -> load(module, name))
          .filter(type -> type.getModule().isExported(type.getPackageName()) && isReachable(type))
          .toList();
    }
  }

  private Class<?> load(String module, String resource) {
    String name = resource.substring(0, resource.length() - ".class".length()).replace('/', '.');
    return Class.forName(ModuleLayer.boot().findModule(module).orElseThrow(), name);
  }

  private boolean isReachable(Class<?> type) {
    return type == null
        || Modifier.isPublic(type.getModifiers())
            && !type.isSynthetic()
            && isReachable(type.getEnclosingClass());
  }

  private long countPublic(Method[] methods) {
    return Arrays.stream(methods)
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .count();
  }
}
