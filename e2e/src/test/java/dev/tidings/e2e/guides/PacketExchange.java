package dev.tidings.e2e.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.process.HostPort;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A device that sends and expects the bytes that a page shows. */
final class PacketExchange implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final DataInputStream in;
  private String identifier = "";

  PacketExchange(HostPort node) throws IOException {
    socket = new Socket(node.host(), node.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Sends, or receives, each line's packet. */
  void play(Step.Packets packets) throws IOException {
    for (String line : packets.lines()) {
      String bytes = line.substring(1).strip();
      if (line.startsWith("→")) {
        socket.getOutputStream().write(HEX.parseHex(bytes.replace("II II", identifier)));
      } else {
        assertThat(line).as(packets.at()).startsWith("←");
        String received = HEX.formatHex(receive());
        Matcher matcher = pattern(bytes).matcher(received);
        assertThat(matcher.matches()).as(packets.at() + ": " + received).isTrue();
        if (bytes.contains("II II")) {
          identifier = matcher.group("identifier");
        }
      }
    }
  }

  /** A packet with its fixed header. */
  private byte[] receive() throws IOException {
    byte[] head = new byte[5];
    head[0] = in.readByte();
    int length = 0;
    int size = 1;
    do {
      head[size] = in.readByte();
      length |= (head[size] & 0x7F) << 7 * (size - 1);
    } while (head[size++] < 0);
    byte[] packet = java.util.Arrays.copyOf(head, size + length);
    in.readFully(packet, size, length);
    return packet;
  }

  /** Any bytes, also none, in place of "…"; an identifier is the first two that fit. */
  private static Pattern pattern(String bytes) {
    return Pattern.compile(
        String.join(" ", List.of(bytes.split(" ", -1)))
            .replace("II II", "(?<identifier>[0-9A-F]{2} [0-9A-F]{2})")
            .replace(" … ", "(?: [0-9A-F]{2})*? ")
            .replaceFirst(" …$", "(?: [0-9A-F]{2})*"));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
