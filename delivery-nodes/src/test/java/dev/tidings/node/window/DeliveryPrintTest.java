package dev.tidings.node.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.value.DeviceId;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class DeliveryPrintTest {
  private static final String ID = "0197a1b2-0000-7000-8000-00000000abcd";
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final DeviceId PHONE = new DeviceId("phone-17");

  @Test
  void every_character_of_each_field_counts_in_both_halves() {
    Set<Long> one = new HashSet<>();
    Set<Long> other = new HashSet<>();
    int made = 1;
    add(DeliveryPrint.of(ID, TOKEN, PHONE), one, other);
    for (char c : "GXz\u00f0\u8001".toCharArray()) {
      for (int i = 0; i < ID.length(); i++, made++) {
        add(DeliveryPrint.of(with(ID, i, (char) (c + 1)), TOKEN, PHONE), one, other);
      }
      for (int i = 0; i < TOKEN.length(); i++, made++) {
        add(DeliveryPrint.of(ID, with(TOKEN, i, (char) (c + 2)), PHONE), one, other);
      }
    }
    for (int i = 0; i < PHONE.value().length(); i++, made++) {
      add(DeliveryPrint.of(ID, TOKEN, new DeviceId(with(PHONE.value(), i, '!'))), one, other);
    }

    assertThat(one).hasSize(made);
    assertThat(other).hasSize(made);
  }

  @Test
  void what_is_at_the_end_of_one_field_is_not_at_the_beginning_of_the_next() {
    assertThat(DeliveryPrint.of(ID + "a", TOKEN, PHONE))
        .isNotEqualTo(DeliveryPrint.of(ID, "a" + TOKEN, PHONE));
    assertThat(DeliveryPrint.of(ID, TOKEN + "ab", new DeviceId("cd")))
        .isNotEqualTo(DeliveryPrint.of(ID, TOKEN, new DeviceId("abcd")));
    assertThat(DeliveryPrint.of(TOKEN, ID, PHONE)).isNotEqualTo(DeliveryPrint.of(ID, TOKEN, PHONE));
  }

  @Test
  void ids_that_follow_one_another_have_prints_that_do_not() {
    Set<Long> one = new HashSet<>();
    Set<Long> other = new HashSet<>();
    Set<Integer> low = new HashSet<>();
    int many = 100_000;
    for (int i = 0; i < many; i++) {
      DeliveryPrint print = DeliveryPrint.of(new UUID(0x7000, i).toString(), TOKEN, PHONE);
      add(print, one, other);
      low.add((int) (print.one() ^ (print.one() >>> 32)) & 0xffff);
    }

    assertThat(one).hasSize(many);
    assertThat(other).hasSize(many);
    assertThat(low).as("places in a table of 65,536").hasSizeGreaterThan(48_000);
  }

  private static void add(DeliveryPrint print, Set<Long> one, Set<Long> other) {
    one.add(print.one());
    other.add(print.other());
  }

  private static String with(String text, int at, char c) {
    return text.substring(0, at) + c + text.substring(at + 1);
  }
}
