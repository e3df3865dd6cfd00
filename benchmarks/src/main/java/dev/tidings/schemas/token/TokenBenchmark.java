package dev.tidings.schemas.token;

import dev.tidings.bench.micro.Samples;
import dev.tidings.schemas.value.Token;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Measures how tokens are created and checked. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullMarked
public class TokenBenchmark {
  private final TokenCheck check = new TokenCheck(Samples.KEYS);
  private final TokenMint mint = new TokenMint(Samples.KEYS);

  @Benchmark
  public TokenCheck.Result check() {
    return check.check(Samples.TOKEN, Samples.APP);
  }

  @Benchmark
  public Token mint() {
    return mint.mint(Samples.DEVICE, Samples.APP, 0);
  }
}
