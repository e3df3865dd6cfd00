package dev.tidings.node.mqtt.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class DataTypesTest {

  @Test
  void a_number_is_written_as_text_has_it() {
    LongStream edges =
        LongStream.iterate(
                1, power -> power <= 1_000_000_000_000_000_000L / 10, power -> power * 10)
            .flatMap(power -> LongStream.of(power - 1, power, power + 1));
    LongStream bits = LongStream.range(0, 63).map(shift -> Long.MAX_VALUE >>> shift);
    LongStream others = new Random(1).longs(1_000, 0, Long.MAX_VALUE);

    LongStream.concat(
            LongStream.of(0, 1_000_000_000_000_000_000L),
            LongStream.concat(edges, LongStream.concat(bits, others)))
        .forEach(number -> assertThat(written(number)).isEqualTo(Long.toString(number)));
  }

  private static String written(long number) {
    ByteBuf out = Unpooled.buffer();
    DataTypes.writeDecimal(out, number, DataTypes.decimalSize(number));
    return out.toString(StandardCharsets.US_ASCII);
  }
}
