package dev.tidings.node.fuzz;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Runs a target on the corpus, then on mutations of it: a fixed number of rounds from a fixed seed,
 * or {@code -Dfuzz.seconds=600} from {@code -Dfuzz.seed=1}, a new one each time if none is given. A
 * failure names the round's seed and its input in the corpus's own form, to be added to it.
 */
public final class Campaign {
  private static final Integer SECONDS = Integer.getInteger("fuzz.seconds");
  private static final Long SEED = Long.getLong("fuzz.seed");

  private final Corpus corpus;
  private final Target target;

  public Campaign(Corpus corpus, Target target) {
    this.corpus = corpus;
    this.target = target;
  }

  /** What takes an input: it throws if it is not up to it. */
  public interface Target {
    /**
     * Takes an input.
     *
     * @param random decides what else happens: where bytes are cut, what comes in between
     */
    void take(List<byte[]> units, Random random);
  }

  /** Runs that many rounds, or for the time that was asked for. */
  public void run(int rounds) {
    for (List<byte[]> input : corpus.inputs()) {
      for (int cuts = 0; cuts < 4; cuts++) {
        take(input, cuts);
      }
    }
    Mutator mutator = new Mutator(corpus.inputs(), 1);
    long seed = SEED != null ? SEED : SECONDS != null ? System.nanoTime() : 1;
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS == null ? 0 : SECONDS).toNanos();
    long round = 0;
    while (SECONDS == null ? round < rounds : System.nanoTime() < end) {
      long roundSeed = seed + round++;
      take(mutator.next(new Random(roundSeed)), roundSeed);
    }
    System.out.println("fuzz: " + round + " rounds from seed " + seed);
  }

  private void take(List<byte[]> units, long seed) {
    try {
      target.take(units, new Random(~seed));
    } catch (Throwable e) {
      String hex = String.join("|", units.stream().map(HexFormat.of()::formatHex).toList());
      throw new AssertionError("round " + seed + ": " + hex, e);
    }
  }
}
