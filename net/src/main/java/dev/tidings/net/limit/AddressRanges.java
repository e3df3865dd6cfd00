package dev.tidings.net.limit;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses that an operator has listed, by themselves or as networks in CIDR notation. */
public final class AddressRanges {
  /** What each of them may be, for messages. */
  private static final String EXPECTED =
      "an address, or a network such as 10.0.0.0/8 or 2001:db8::/32, and not all addresses";

  public static final AddressRanges NONE = new AddressRanges(List.of());

  private record Range(byte[] network, int bits) {
    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      int whole = bits / Byte.SIZE;
      for (int i = 0; i < whole; i++) {
        if (address[i] != network[i]) {
          return false;
        }
      }
      int rest = bits % Byte.SIZE;
      return rest == 0 || (address[whole] ^ network[whole]) >> (Byte.SIZE - rest) == 0;
    }
  }

  private final List<Range> ranges;

  private AddressRanges(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if one is none, with it as the message
   */
  public static AddressRanges of(List<String> texts) {
    List<Range> ranges = new ArrayList<>();
    for (String text : texts) {
      ranges.add(range(text));
    }
    return ranges.isEmpty() ? NONE : new AddressRanges(ranges);
  }

  /**
   * Reads those of a setting.
   *
   * @throws ConfigException if one is none
   */
  public static AddressRanges of(Config config, Setting<List<String>> setting) {
    try {
      return of(config.get(setting));
    } catch (IllegalArgumentException e) {
      throw ConfigException.of(setting, String.valueOf(e.getMessage()), EXPECTED);
    }
  }

  private static Range range(String text) {
    int slash = text.indexOf('/');
    byte[] network =
        NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    if (network == null || text.indexOf('%') >= 0) {
      throw new IllegalArgumentException(text);
    }
    int most = network.length * Byte.SIZE;
    return new Range(network, slash < 0 ? most : bits(text, text.substring(slash + 1), most));
  }

  private static int bits(String text, String bits, int most) {
    if (bits.matches("[1-9][0-9]{0,2}") && Integer.parseInt(bits) <= most) {
      return Integer.parseInt(bits);
    }
    throw new IllegalArgumentException(text);
  }

  /** Whether one of them is this address. */
  public boolean contains(@Nullable SocketAddress address) {
    if (ranges.isEmpty()
        || !(address instanceof InetSocketAddress internet)
        || internet.isUnresolved()) {
      return false;
    }
    InetAddress host = internet.getAddress();
    byte[] bytes = host.getAddress();
    return ranges.stream().anyMatch(range -> range.contains(bytes));
  }
}
