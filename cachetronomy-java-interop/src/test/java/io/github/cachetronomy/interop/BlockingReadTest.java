package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.DecodingFailedException;
import io.github.cachetronomy.core.EntryOptions;
import io.github.cachetronomy.core.Lookup;
import io.github.cachetronomy.core.MissReason;
import io.github.cachetronomy.core.Tier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reading through the Java face, on the caller's thread. */
@Tag("fast")
class BlockingReadTest extends BlockingFaceTest {
  @Test
  void aValueIsReadFromMemoryAndFromTheFile() {
    User user = new User(7, "Ada");
    cache.set("user:7", user);

    assertSame(user, cache.get("user:7", User.class).orElseThrow());
    cache.evictAll();
    assertEquals(Optional.of(user), cache.get("user:7", User.class));
    assertEquals(Optional.empty(), cache.get("user:8", User.class));
    assertEquals(1, cache.stats().getStoreHits());
  }

  @Test
  void aGenericValueIsReadFromMemoryAndFromTheFile() {
    List<String> names = List.of("Ada", "Grace");
    cache.set("names", names, STRINGS);

    assertSame(names, cache.get("names", STRINGS).orElseThrow());
    cache.evictAll();
    assertEquals(Optional.of(names), cache.get("names", STRINGS));
  }

  @Test
  void aPrimitiveClassIsItsBox() {
    cache.set("answer", 42);
    assertEquals(42, cache.get("answer", int.class).orElseThrow());
    assertEquals(42, cache.cached("answer", int.class, () -> 0));
  }

  @Test
  void aReadNeedNotPromote() {
    cache.set("k", "v");
    cache.evictAll();
    ReadOptions quietly = ReadOptions.defaults().withPromote(false);

    assertEquals(Optional.of("v"), cache.get("k", String.class, quietly));
    assertEquals(0, cache.keys(KeyQuery.defaults().withTier(Tier.MEMORY)).count());
    assertEquals(Optional.of("v"), cache.get("k", new TypeRef<String>() {}, quietly));
    assertEquals(Optional.of("v"), cache.get("k", String.class));
    assertEquals(1, cache.keys(KeyQuery.defaults().withTier(Tier.MEMORY)).count());
  }

  @Test
  void anotherVersionIsAMiss() {
    cache.set("k", "v", EntryOptions.version(2));

    assertEquals(
        Optional.of("v"), cache.get("k", String.class, ReadOptions.defaults().withVersion(2)));
    assertEquals(
        Optional.empty(), cache.get("k", String.class, ReadOptions.defaults().withVersion(3)));
    assertEquals("new", cache.cached("k", String.class, EntryOptions.version(3), () -> "new"));
    assertThrows(IllegalArgumentException.class, () -> ReadOptions.defaults().withVersion(0));
  }

  @Test
  void findTellsWhereTheValueWas() {
    cache.set("k", "v", EntryOptions.tags("a", "b").withVersion(3));

    Lookup.Hit<String> inMemory = hit(cache.find("k", String.class));
    assertEquals("v", inMemory.getValue());
    assertEquals(Tier.MEMORY, inMemory.getSource());
    cache.evictAll();
    Lookup.Hit<String> inFile = hit(cache.find("k", new TypeRef<String>() {}));
    assertEquals(Tier.STORE, inFile.getSource());
    assertEquals(List.of("a", "b"), inFile.getMetadata().getTags());
    assertEquals(3, inFile.getMetadata().getVersion());
    assertEquals(MissReason.ABSENT, missReason(cache.find("other", String.class)));
  }

  @Test
  void aNullIsAValue() {
    cache.set("k", null, new TypeRef<String>() {});

    for (int tier = 0; tier < 2; tier++) {
      assertEquals(Optional.empty(), cache.get("k", String.class));
      assertNull(hit(cache.find("k", String.class)).getValue());
      assertTrue(cache.contains("k"));
      assertEquals(
          java.util.Collections.singletonMap("k", null), cache.getMany(List.of("k"), String.class));
      assertNull(cache.cached("k", String.class, () -> "loaded"));
      cache.evictAll();
    }
  }

  @Test
  void aNullWithoutATypeIsRefused() {
    NullPointerException refused =
        assertThrows(NullPointerException.class, () -> cache.set("k", null));
    assertTrue(refused.getMessage().contains("TypeRef"), refused.getMessage());
  }

  @Test
  void aValueOfAnotherTypeIsAMissOrAFailure() {
    cache.set("k", "no number");
    ReadOptions strictly = ReadOptions.defaults().withStrict(true);

    assertEquals(Optional.empty(), cache.get("k", Integer.class));
    assertFalse(cache.find("k", Integer.class).isHit());
    DecodingFailedException failure =
        assertThrows(DecodingFailedException.class, () -> cache.find("k", Integer.class, strictly));
    assertEquals("k", failure.getKey());
    assertThrows(
        DecodingFailedException.class, () -> cache.get("k", new TypeRef<User>() {}, strictly));
    assertEquals(Optional.empty(), cache.get("absent", Integer.class, strictly));
    assertEquals(Optional.of("no number"), cache.get("k", String.class));
  }

  @Test
  void getManyGivesWhatThereIs() {
    cache.set("a", 1);
    cache.set("b", 2);
    cache.evict("a");
    List<String> keys = List.of("b", "c", "a");

    Map<String, Integer> found = cache.getMany(keys, Integer.class);
    assertEquals(Map.of("a", 1, "b", 2), found);
    assertEquals(List.of("b", "a"), List.copyOf(found.keySet()));
    assertEquals(found, cache.getMany(keys, new TypeRef<Integer>() {}));
    assertEquals(Map.of(), cache.getMany(List.of(), Integer.class));
  }
}
