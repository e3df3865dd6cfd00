package dev.tidings.streams.write;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Makes a store of each task that is neither cached nor logged: it has no contents, or a topic of
 * its own.
 */
public record OwnStoreBuilder<S extends StateStore>(String name, Supplier<S> maker)
    implements StoreBuilder<S> {
  @Override
  public StoreBuilder<S> withCachingEnabled() {
    throw new UnsupportedOperationException(name + " is not cached");
  }

  @Override
  public StoreBuilder<S> withCachingDisabled() {
    return this;
  }

  @Override
  public StoreBuilder<S> withLoggingEnabled(Map<String, String> config) {
    throw new UnsupportedOperationException(name + " is not logged");
  }

  @Override
  public StoreBuilder<S> withLoggingDisabled() {
    return this;
  }

  @Override
  public S build() {
    return maker.get();
  }

  @Override
  public Map<String, String> logConfig() {
    return new HashMap<>();
  }

  @Override
  public boolean loggingEnabled() {
    return false;
  }
}
