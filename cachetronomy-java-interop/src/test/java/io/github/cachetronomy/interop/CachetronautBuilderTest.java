package io.github.cachetronomy.interop;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cachetronomy.core.CacheEvent;
import io.github.cachetronomy.core.CacheHealth;
import io.github.cachetronomy.core.Durability;
import io.github.cachetronomy.core.Profile;
import io.github.cachetronomy.core.StoreUnavailableException;
import io.github.cachetronomy.core.serialization.SerializerRegistry;
import io.github.cachetronomy.core.spi.AccessLogStore;
import io.github.cachetronomy.core.spi.EntryStore;
import io.github.cachetronomy.core.spi.EvictionLogStore;
import io.github.cachetronomy.core.spi.ProfileStore;
import io.github.cachetronomy.core.spi.StoreBackend;
import io.github.cachetronomy.core.spi.StoreFaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
class CachetronautBuilderTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private Path file;

  @BeforeEach
  void folder(@TempDir Path folder) {
    file = folder.resolve("app.db");
  }

  @Test
  void everySettingIsTaken() throws Exception {
    BlockingQueue<CacheEvent> events = new LinkedBlockingQueue<>();
    try (BlockingCachetronaut cache =
        BlockingCachetronaut.builder(file)
            .durability(Durability.SYNCED)
            .requireStore(true)
            .maxBytesInMemory(1_000_000)
            .maxBytesInStore(1_000_000)
            .compressAbove(100)
            .storePatience(Duration.ofSeconds(5))
            .serializers(SerializerRegistry.standard())
            .clock(() -> NOW)
            .profile(
                new Profile.Builder(Profile.DEFAULT)
                    .timeToLive(Duration.ofMinutes(15))
                    .tags(Set.of("t"))
                    .build())
            .listener(events::add)
            .flushOnShutdown(false)
            .build()) {
      assertEquals(
          NOW.plus(Duration.ofMinutes(15)), cache.set("k", "v".repeat(1_000)).getExpiresAt());
      assertEquals("json+gzip", cache.metadata("k").orElseThrow().getFormat());
      assertEquals(1, cache.clearByTags(Set.of("t")));
      assertInstanceOf(CacheEvent.Removed.class, events.poll(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void theProfileOfTheFileWinsUnlessOverridden() {
    Profile quarter =
        new Profile.Builder(Profile.DEFAULT).timeToLive(Duration.ofMinutes(15)).build();
    Profile half = quarter.toBuilder().timeToLive(Duration.ofMinutes(30)).build();

    assertEquals(Duration.ofMinutes(15), timeToLive(builder().profile(quarter)));
    assertEquals(Duration.ofMinutes(15), timeToLive(builder().profile(half)));
    assertEquals(Duration.ofMinutes(30), timeToLive(builder().profile(half, true)));
    assertEquals(Duration.ofMinutes(30), timeToLive(builder()));
  }

  private CachetronautBuilder builder() {
    return BlockingCachetronaut.builder(file).clock(() -> NOW);
  }

  private static Duration timeToLive(CachetronautBuilder builder) {
    try (BlockingCachetronaut cache = builder.build()) {
      return Duration.between(NOW, cache.set("k", "v").getExpiresAt());
    }
  }

  @Test
  void impossibleSettingsAreRefused() {
    CachetronautBuilder builder = builder();

    assertThrows(IllegalArgumentException.class, () -> builder.maxBytesInMemory(0));
    assertThrows(IllegalArgumentException.class, () -> builder.maxBytesInStore(0));
    assertThrows(IllegalArgumentException.class, () -> builder.compressAbove(-1));
    assertThrows(IllegalArgumentException.class, () -> builder.storePatience(Duration.ZERO));
    assertThrows(NullPointerException.class, () -> builder.profile(null));
    assertThrows(NullPointerException.class, () -> builder.clock(null));
  }

  @Test
  void aBuilderBuildsOneCache() {
    CachetronautBuilder builder = builder();
    builder.build().close();
    assertThrows(IllegalStateException.class, builder::build);
  }

  @Test
  void otherSettingsForAnOpenFileAreRefused() {
    try (BlockingCachetronaut cache = builder().durability(Durability.SYNCED).build()) {
      CachetronautBuilder other =
          BlockingCachetronaut.builder(file).durability(Durability.WRITE_BEHIND);
      IllegalStateException refused = assertThrows(IllegalStateException.class, other::build);
      assertTrue(refused.getMessage().contains("durability"), refused.getMessage());
      assertDoesNotThrow(() -> BlockingCachetronaut.open(file).close());
      assertEquals(CacheHealth.Status.HEALTHY, cache.health().getStatus());
    }
  }

  @Test
  void aFileThatCannotBeOpenedLeavesMemory(@TempDir Path folder) throws Exception {
    Path blocked = Files.createFile(folder.resolve("no-folder")).resolve("app.db");
    try (BlockingCachetronaut cache = BlockingCachetronaut.open(blocked)) {
      cache.set("k", "v");
      assertEquals(Optional.of("v"), cache.get("k", String.class));
      assertEquals(CacheHealth.Status.DEGRADED, cache.health().getStatus());
    }
    CachetronautBuilder strict = BlockingCachetronaut.builder(blocked).requireStore(true);
    assertThrows(StoreUnavailableException.class, strict::build);
  }

  /** A store where nothing works. */
  private static final class BrokenStore implements StoreBackend {
    final AtomicBoolean closed = new AtomicBoolean();

    private static StoreFaultException fault() {
      return new StoreFaultException(StoreFaultException.Kind.UNAVAILABLE, "broken", null);
    }

    @Override
    public EntryStore getEntries() {
      throw fault();
    }

    @Override
    public AccessLogStore getAccessLog() {
      throw fault();
    }

    @Override
    public EvictionLogStore getEvictionLog() {
      throw fault();
    }

    @Override
    public ProfileStore getProfiles() {
      throw fault();
    }

    @Override
    public <R> R transaction(Durability durability, Supplier<R> work) {
      throw fault();
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }

  @Test
  void aStoreOfTheCallersMakingIsUsedAndClosed() {
    BrokenStore store = new BrokenStore();
    try (BlockingCachetronaut cache = BlockingCachetronaut.builder(store).build()) {
      assertFalse(cache.set("k", "v").getStored());
      assertEquals(Optional.of("v"), cache.get("k", String.class));
      assertEquals("loaded", cache.cached("other", String.class, () -> "loaded"));
      assertEquals(Optional.empty(), cache.get("absent", String.class));
      assertThrows(StoreUnavailableException.class, () -> cache.increment("n"));
      assertEquals(CacheHealth.Status.UNHEALTHY, cache.health().getStatus());
      assertFalse(store.closed.get());
    }
    assertTrue(store.closed.get());
  }
}
