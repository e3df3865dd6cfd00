package dev.tidings.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

final class RecordBufferTest {
  private static final byte[] HEADER = {0, 0, 0, 0, 7};

  private final RecordBuffer buffer = new RecordBuffer();

  /** Writes something. */
  @FunctionalInterface
  private interface Writing {
    void to(Encoder out) throws IOException;
  }

  @Test
  void values_of_every_type_are_written_as_avro_writes_them() throws IOException {
    List<Writing> all =
        List.of(
            Encoder::writeNull,
            out -> out.writeBoolean(true),
            out -> out.writeBoolean(false),
            out -> {
              for (int shift = 0; shift < Integer.SIZE; shift++) {
                out.writeInt(1 << shift);
                out.writeInt(-(1 << shift));
                out.writeInt((1 << shift) - 1);
              }
            },
            out -> {
              for (int shift = 0; shift < Long.SIZE; shift++) {
                out.writeLong(1L << shift);
                out.writeLong(-(1L << shift));
                out.writeLong((1L << shift) - 1);
              }
            },
            out -> out.writeFloat(-1.5e-7f),
            out -> out.writeDouble(Math.PI),
            out -> out.writeString(""),
            out -> out.writeString("plain"),
            out -> out.writeString("Привет, мир 🙂 ÿ\u0000"),
            out -> out.writeString("\ud800 alone"),
            out -> out.writeString(CharBuffer.wrap("a sequence")),
            out -> out.writeString(new Utf8("übrig")),
            out -> out.writeBytes(new byte[0]),
            out -> out.writeBytes(new byte[] {1, 2, 3, 4}, 1, 2),
            out -> out.writeBytes(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2)),
            out -> out.writeBytes(ByteBuffer.allocateDirect(5)),
            out -> out.writeFixed(new byte[] {5, 6, 7}, 1, 1),
            out -> out.writeEnum(9),
            out -> out.writeIndex(1),
            out -> {
              out.writeArrayStart();
              out.setItemCount(2);
              out.startItem();
              out.writeLong(1);
              out.startItem();
              out.writeLong(2);
              out.writeArrayEnd();
            },
            out -> {
              out.writeMapStart();
              out.setItemCount(1);
              out.startItem();
              out.writeString("key");
              out.writeBytes(new byte[] {1});
              out.writeMapEnd();
            });
    for (Writing each : all) {
      assertThat(written(each)).isEqualTo(expected(each));
    }
    assertThat(written(out -> writeAll(all, out))).isEqualTo(expected(out -> writeAll(all, out)));
  }

  @Test
  void a_record_may_be_larger_than_those_before_and_leaves_nothing_to_those_behind()
      throws IOException {
    Writing large =
        out -> {
          out.writeString("x".repeat(300_000));
          out.writeBytes(ByteBuffer.allocate(70_000));
        };
    Writing small = out -> out.writeString("small");

    assertThat(written(small)).isEqualTo(expected(small));
    assertThat(written(large)).isEqualTo(expected(large));
    assertThat(written(small)).isEqualTo(expected(small));
  }

  @Test
  void bytes_stay_where_they_are_in_what_they_were_read_from() throws IOException {
    ByteBuffer payload = ByteBuffer.wrap(new byte[] {1, 2, 3}, 1, 2);

    byte[] first = written(out -> out.writeBytes(payload));

    assertThat(written(out -> out.writeBytes(payload))).isEqualTo(first);
    assertThat(payload.remaining()).isEqualTo(2);
  }

  private static void writeAll(List<Writing> all, Encoder out) throws IOException {
    for (Writing each : all) {
      each.to(out);
    }
  }

  private byte[] written(Writing writing) throws IOException {
    buffer.begin(HEADER);
    writing.to(buffer);
    return buffer.copy();
  }

  private static byte[] expected(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HEADER);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    writing.to(encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
