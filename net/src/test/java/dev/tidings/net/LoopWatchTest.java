package dev.tidings.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Shows G89 of docs/guarantees.md. */
class LoopWatchTest {
  private final List<Throwable> told = new CopyOnWriteArrayList<>();
  private final LoopWatch watch = new LoopWatch();

  @Test
  void a_loop_that_an_error_ends_is_told_of() {
    var loop = new Broken();
    watch.watch(loop, told::add);

    loop.execute(() -> {});

    await().until(() -> !told.isEmpty());
    assertThat(told.getFirst()).hasMessageContaining("event loop");
  }

  @Test
  void a_loop_that_is_asked_to_end_is_not() throws Exception {
    var loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    watch.watch(loops, told::add);
    loops.next().submit(() -> {}).get();

    watch.closing();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get();

    assertThat(told).isEmpty();
  }

  private static final class Broken extends SingleThreadEventExecutor {
    Broken() {
      super(null, new DefaultThreadFactory("broken"), true);
    }

    @Override
    protected void run() {
      throw new InternalError("broken");
    }
  }
}
