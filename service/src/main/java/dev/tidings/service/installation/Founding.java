package dev.tidings.service.installation;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The record that the first process of an installation has written.
 *
 * @param id the id of the installation
 * @param partitions the number of partitions of each topic: with another number, keys are in other
 *     partitions
 */
record Founding(String id, int partitions) {
  static final String KEY = "installation";

  static Optional<Founding> of(byte[] value) {
    NamedValues namedValues = NamedValues.of(value);
    Optional<String> id = namedValues.text("id");
    Optional<Long> partitions =
        namedValues
            .number("partitions")
            .filter(number -> number > 0 && number <= Integer.MAX_VALUE);
    return id.isPresent() && partitions.isPresent()
        ? Optional.of(new Founding(id.get(), Math.toIntExact(partitions.get())))
        : Optional.empty();
  }

  byte[] bytes() {
    return "id=%s\npartitions=%d\n".formatted(id, partitions).getBytes(StandardCharsets.UTF_8);
  }
}
