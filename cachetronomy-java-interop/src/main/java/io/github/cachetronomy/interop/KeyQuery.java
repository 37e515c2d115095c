package io.github.cachetronomy.interop;

import io.github.cachetronomy.core.KeyOrder;
import io.github.cachetronomy.core.Tier;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a listing gives, and in what order.
 *
 * <p>Immutable and thread-safe; each {@code with…} gives a changed copy.
 */
public final class KeyQuery {
  private static final KeyQuery DEFAULTS = new KeyQuery(null, false, KeyOrder.SORTED, "");

  private final @Nullable Tier tier;
  private final boolean includeExpired;
  private final KeyOrder order;
  private final String prefix;

  private KeyQuery(@Nullable Tier tier, boolean includeExpired, KeyOrder order, String prefix) {
    this.tier = tier;
    this.includeExpired = includeExpired;
    this.order = Objects.requireNonNull(order, "order");
    this.prefix = Objects.requireNonNull(prefix, "prefix");
  }

  /** Every live key of both tiers, sorted. */
  public static KeyQuery defaults() {
    return DEFAULTS;
  }

  /** Every live key that begins with {@code prefix}, of both tiers, sorted. */
  public static KeyQuery prefix(String prefix) {
    return DEFAULTS.withPrefix(prefix);
  }

  /** A copy for one tier only. */
  public KeyQuery withTier(Tier tier) {
    return new KeyQuery(Objects.requireNonNull(tier, "tier"), includeExpired, order, prefix);
  }

  /** A copy that also gives, or does not give, entries whose time is over. */
  public KeyQuery withIncludeExpired(boolean includeExpired) {
    return new KeyQuery(tier, includeExpired, order, prefix);
  }

  /** A copy in another order. */
  public KeyQuery withOrder(KeyOrder order) {
    return new KeyQuery(tier, includeExpired, order, prefix);
  }

  /** A copy for keys that begin with {@code prefix}; empty = all. */
  public KeyQuery withPrefix(String prefix) {
    return new KeyQuery(tier, includeExpired, order, prefix);
  }

  /** The tier whose keys are given; null = both, without repeats. */
  public @Nullable Tier tier() {
    return tier;
  }

  /** Whether entries whose time is over are given. */
  public boolean includeExpired() {
    return includeExpired;
  }

  /** The order. */
  public KeyOrder order() {
    return order;
  }

  /** What the keys begin with; empty = anything. */
  public String prefix() {
    return prefix;
  }

  @Override
  public String toString() {
    return "KeyQuery(tier="
        + (tier == null ? "both" : tier)
        + ", includeExpired="
        + includeExpired
        + ", order="
        + order
        + ", prefix="
        + prefix
        + ")";
  }
}
