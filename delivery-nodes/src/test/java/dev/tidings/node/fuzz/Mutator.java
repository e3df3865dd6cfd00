package dev.tidings.node.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes inputs of valid ones: units left out, repeated, swapped, taken from another input, and
 * within a unit bytes changed, added, removed and repeated, lengths among them.
 */
public final class Mutator {
  private static final int[] TELLING = {0x00, 0x01, 0x02, 0x7F, 0x80, 0x81, 0xC0, 0xED, 0xFE, 0xFF};
  private static final int MAX_UNITS = 12;

  private final List<List<byte[]>> inputs;
  private final int opening;

  /**
   * A mutator of those inputs.
   *
   * @param opening how many units an input begins with that mostly are left alone: without them the
   *     others are hardly looked at
   */
  public Mutator(List<List<byte[]>> inputs, int opening) {
    this.inputs = List.copyOf(inputs);
    this.opening = opening;
  }

  /** The units of a new input, in order. */
  public List<byte[]> next(Random random) {
    List<byte[]> input = pick(inputs, random);
    int kept = random.nextInt(4) == 0 ? 0 : Math.min(opening, input.size());
    List<byte[]> units = new ArrayList<>(input.subList(kept, input.size()));
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      rearrange(units, random);
    }
    for (int changes = random.nextInt(4); changes > 0 && !units.isEmpty(); changes--) {
      int index = random.nextInt(units.size());
      units.set(index, change(units.get(index), random));
    }
    if (random.nextInt(20) == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      units.add(random.nextInt(units.size() + 1), noise);
    }
    units.addAll(0, input.subList(0, kept));
    return units;
  }

  private void rearrange(List<byte[]> units, Random random) {
    int at = random.nextInt(units.size() + 1);
    switch (random.nextInt(4)) {
      case 0 -> {
        if (at < units.size()) {
          units.remove(at);
        }
      }
      case 1 -> {
        if (at < units.size() && units.size() < MAX_UNITS) {
          units.add(at, units.get(random.nextInt(units.size())));
        }
      }
      case 2 -> {
        List<byte[]> others = pick(inputs, random);
        if (!others.isEmpty() && units.size() < MAX_UNITS) {
          units.add(at, pick(others, random));
        }
      }
      default -> {
        if (units.size() > 1) {
          byte[] last = units.removeLast();
          units.add(random.nextInt(units.size()), last);
        }
      }
    }
  }

  private byte[] change(byte[] unit, Random random) {
    if (unit.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    byte[] bytes = unit.clone();
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(8)) {
      case 0 -> {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        yield bytes;
      }
      case 1 -> {
        bytes[at] = (byte) TELLING[random.nextInt(TELLING.length)];
        yield bytes;
      }
      case 2 -> {
        bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
        yield bytes;
      }
      // A length byte near the start, so that what follows is too long or too short for it.
      case 3 -> {
        bytes[Math.min(bytes.length - 1, 1 + random.nextInt(2))] = (byte) random.nextInt();
        yield bytes;
      }
      case 4 -> Arrays.copyOf(bytes, at);
      case 5 -> splice(bytes, at, at + random.nextInt(bytes.length - at), new byte[0]);
      case 6 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at / 2, bytes.length));
      default -> {
        byte[] more = new byte[1 + random.nextInt(4)];
        random.nextBytes(more);
        yield splice(bytes, at, at, more);
      }
    };
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] instead) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(instead);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }
}
