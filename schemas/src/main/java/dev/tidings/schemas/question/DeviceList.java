package dev.tidings.schemas.question;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Some of the devices of a delivery node.
 *
 * @param devices in the order of their names
 * @param more whether others follow
 */
public record DeviceList(List<Known> devices, boolean more) {
  /** The order of names: that of their bytes, as the log has them. */
  public static final Comparator<String> ORDER =
      Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private static final String MORE = "more";
  private static final String ALL = "all";
  private static final String CONNECTED = "+";
  private static final String AWAY = "-";

  /**
   * A device.
   *
   * @param connected whether it has a connection to its node, itself or through another
   */
  public record Known(String device, boolean connected) {}

  public DeviceList {
    devices = List.copyOf(devices);
  }

  /** Returns it as text: a line for each. */
  public String text() {
    StringBuilder text = new StringBuilder(more ? MORE : ALL);
    for (Known each : devices) {
      text.append('\n').append(each.connected() ? CONNECTED : AWAY).append(each.device());
    }
    return text.toString();
  }

  /** Reads one; what is no device is left out. */
  public static DeviceList parse(String text) {
    String[] lines = text.split("\n", -1);
    List<Known> devices = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      if (lines[i].length() > 1) {
        devices.add(new Known(lines[i].substring(1), lines[i].startsWith(CONNECTED)));
      }
    }
    return new DeviceList(devices, lines[0].equals(MORE));
  }
}
