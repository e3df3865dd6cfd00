package dev.tidings.infra.ports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports to choose free ones from: none that the system gives to an outgoing connection, or to
 * who listens on any port, since it does not know which are reserved.
 *
 * @param lowest the lowest
 * @param highest the highest
 */
record PortSpan(int lowest, int highest) {
  private static final Path GIVEN_BY_LINUX = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final Pattern TWO_NUMBERS = Pattern.compile("\\s*(\\d{1,5})\\s+(\\d{1,5})\\s*");

  private static final int FIRST = 10_000;
  private static final int LAST = 65_535;
  private static final int ENOUGH = 2_000;

  /** Where a system does not tell: Linux gives from 32768 by default, RFC 6335 says from 49152. */
  private static final PortSpan DEFAULT = new PortSpan(FIRST, 32_767);

  /** Returns that of this machine. */
  static PortSpan ofThisMachine() {
    try {
      return besides(Files.readString(GIVEN_BY_LINUX));
    } catch (IOException e) {
      return DEFAULT;
    }
  }

  /** Returns that of a machine whose system gives ports in a range, as Linux writes it. */
  static PortSpan besides(String given) {
    Matcher numbers = TWO_NUMBERS.matcher(given);
    if (!numbers.matches()) {
      return DEFAULT;
    }
    PortSpan below = new PortSpan(FIRST, Integer.parseInt(numbers.group(1)) - 1);
    PortSpan above = new PortSpan(Integer.parseInt(numbers.group(2)) + 1, LAST);
    PortSpan larger = below.size() >= above.size() ? below : above;
    return larger.size() >= ENOUGH ? larger : DEFAULT;
  }

  private int size() {
    return highest - lowest + 1;
  }

  int any() {
    return ThreadLocalRandom.current().nextInt(lowest, highest + 1);
  }
}
