package dev.tidings.http.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
  @ParameterizedTest
  @CsvSource({
    "/a/{id}, /a/b, true",
    "/a/{id}, /a/b%2Fc, true",
    "/a/{id}, /a/, false",
    "/a/{id}, /a, false",
    "/a/{id}, /a/b/, false",
    "/a/{id}, /a/b/c, false",
    "/a/{id}, /ab/c, false",
    "/a/{id}, a/b, false",
    "/a/{id}, '', false",
    "/a/{id}/c, /a/b/c, true",
    "/a/{id}/c, /a/b/cd, false",
    "/a/{id}/c, /a//c, false",
    "/{x}/{y}, /1/2, true",
    "/, /, true",
    "/, /a, false",
    "/a/, /a/, true",
    "/a/, /a, false",
  })
  void a_parameter_is_one_segment_that_is_not_empty(String template, String path, boolean matches) {
    assertThat(PathTemplate.of(template).matches(path)).isEqualTo(matches);
  }

  @Test
  void a_parameter_is_what_the_path_has_in_its_place() {
    PathTemplate template = PathTemplate.of("/apps/{app}/devices/{id}");

    assertThat(template.parameter("/apps/com.x/devices/a%20b", "app")).isEqualTo("com.x");
    assertThat(template.parameter("/apps/com.x/devices/a%20b", "id")).isEqualTo("a%20b");
    assertThatThrownBy(() -> template.parameter("/apps/com.x/devices/a", "device"))
        .hasMessageContaining("device (expected: one of /apps/{app}/devices/{id}");
    assertThatThrownBy(() -> template.parameter("/apps", "id"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "a/{id}", "/{}", "/{a}b", "/a{b}", "/{a", "/a}", "/{a}/{a}", "/{{a}}"})
  void a_malformed_template_is_named(String template) {
    assertThatThrownBy(() -> PathTemplate.of(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("path: " + template + " (expected: ");
  }
}
