package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts every process once and ends it in order before the first integration test, which makes the
 * caches with which all later ones start with a third less work. Registered in {@code
 * META-INF/services}; the build turns that on for integration tests only.
 */
public final class FasterStarts implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Path data = Checkout.find().root().resolve("e2e/target/faster-starts");
    if (!isFirst(data)) {
      return;
    }
    PipelineOptions options = PipelineOptions.in(data);
    Pipeline.start(options.withStack(options.stack().makingCaches())).close();
  }

  /** Whether no other JVM and no earlier test has begun with it since the last clean build. */
  private static boolean isFirst(Path data) throws IOException {
    Files.createDirectories(data.getParent());
    try {
      Files.createDirectory(data);
      return true;
    } catch (FileAlreadyExistsException begun) {
      return false;
    }
  }
}
