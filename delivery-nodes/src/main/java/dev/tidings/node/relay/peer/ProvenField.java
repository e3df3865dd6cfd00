package dev.tidings.node.relay.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.auth.Apps;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.auth.device.IssuerEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a device has proved, as bytes between nodes: the version of this format; the time until
 * which it counts, in milliseconds since 1970; the serial number; its user, or nothing; its apps,
 * if they are limited; and its issuer's entry, if that can end: its name and its digest. Each text
 * has its length in front.
 */
final class ProvenField {
  /** The third type that the PROXY protocol reserves for applications. */
  static final byte TYPE = (byte) 0xE2;

  private static final byte VERSION = 1;

  /**
   * The same with the entry of an issuer that can end behind it; nodes that do not know it check
   * the device themselves. Version 2 had the issuer's name alone, which an issuer that was entered
   * anew has too, so it is not believed.
   */
  private static final byte VERSION_WITH_ISSUER = 3;

  private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

  /** More than any credential can say. */
  private static final int MAX_BYTES = 16 * 1024;

  private ProvenField() {}

  /** Writes an identity; empty if it cannot be written: then the other node decides for itself. */
  static Optional<ByteBuf> write(DeviceIdentity identity) {
    List<String> apps;
    switch (identity.apps()) {
      case Apps.All _ -> apps = List.of();
      case Apps.Named(var names) -> apps = List.copyOf(names);
      case Apps.Matching _ -> {
        return Optional.empty();
      }
    }
    ByteBuf out = Unpooled.buffer(64, MAX_BYTES);
    try {
      Instant end = identity.expires();
      Optional<IssuerEntry> issuer = identity.issuer().entry();
      out.writeByte(issuer.isPresent() ? VERSION_WITH_ISSUER : VERSION);
      out.writeLong(end.isAfter(LAST) ? Long.MAX_VALUE : end.toEpochMilli());
      text(out, identity.serial());
      texts(out, identity.user().stream().toList());
      out.writeBoolean(identity.apps() instanceof Apps.Named);
      texts(out, apps);
      issuer.ifPresent(entry -> {
        text(out, entry.name());
        text(out, entry.digest());
      });
      return Optional.of(out);
    } catch (IndexOutOfBoundsException e) {
      out.release();
      return Optional.empty();
    }
  }

  private static void texts(ByteBuf out, Collection<String> texts) {
    out.writeShort(texts.size());
    texts.forEach(each -> text(out, each));
  }

  private static void text(ByteBuf out, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeShort(bytes.length).writeBytes(bytes);
  }

  /** Reads an identity; empty if it is of another version, or not one at all. */
  static Optional<DeviceIdentity> read(ByteBuf field) {
    ByteBuf in = field.slice();
    try {
      byte version = in.readByte();
      if (version != VERSION && version != VERSION_WITH_ISSUER) {
        return Optional.empty();
      }
      long end = in.readLong();
      String serial = text(in);
      Set<String> user = texts(in);
      boolean limited = in.readBoolean();
      Set<String> apps = texts(in);
      DeviceIssuer issuer =
          version == VERSION_WITH_ISSUER
              ? DeviceIssuer.unknown(new IssuerEntry(text(in), text(in)))
              : DeviceIssuer.LASTING;
      if (in.isReadable()) {
        return Optional.empty();
      }
      return Optional.of(
          new DeviceIdentity(
              serial,
              user.stream().findFirst(),
              limited ? Apps.of(apps) : Apps.ALL,
              end == Long.MAX_VALUE ? Instant.MAX : Instant.ofEpochMilli(end),
              issuer));
    } catch (IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static Set<String> texts(ByteBuf in) {
    int count = in.readUnsignedShort();
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(in));
    }
    return texts;
  }

  private static String text(ByteBuf in) {
    return in.readCharSequence(in.readUnsignedShort(), UTF_8).toString();
  }
}
