package dev.tidings.ingest.apns.request;

import dev.tidings.bench.micro.Samples;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.value.JsonPayload;
import io.netty.util.AsciiString;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Measures the check of a request to the APNs endpoint: its path and headers, and its body. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullMarked
public class RequestCheckBenchmark {
  private final RequestCheck check =
      new RequestCheck(
          new TokenCheck(Samples.KEYS), token -> OptionalLong.empty(), InstantSource.system());
  private final JsonPayload json = new JsonPayload();
  private final byte[] payload = Samples.payload();
  private final String path = "/3/device/" + Samples.TOKEN.hex();
  private final List<Map.Entry<AsciiString, String>> headers =
      List.of(
          header(":method", "POST"),
          header(":scheme", "http"),
          header(":authority", "localhost:8080"),
          header(":path", path),
          header("apns-topic", Samples.APP.value()),
          header("apns-push-type", "alert"),
          header("apns-priority", "10"));

  private static Map.Entry<AsciiString, String> header(String name, String value) {
    return Map.entry(AsciiString.cached(name), value);
  }

  @Benchmark
  public CheckResult headers() {
    return check.check("POST", path, headers);
  }

  @Benchmark
  public boolean body() {
    return json.isObject(payload);
  }
}
