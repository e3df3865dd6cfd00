package dev.tidings.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What apps are compiled against stays: each public class, method and field is in a committed list.
 * A line that goes breaks apps; a new one is added to the list with the change that brings it.
 */
final class PublicApiTest {
  private static final Path BASELINE =
      Path.of("src", "test", "resources", "dev", "tidings", "device", "public-api.txt");

  @Test
  void nothing_that_apps_use_is_gone_and_what_is_new_is_listed() throws IOException {
    List<String> baseline = Files.readAllLines(BASELINE, UTF_8);

    assertThat(api()).containsExactlyElementsOf(baseline);
  }

  private static Set<String> api() throws IOException {
    Set<String> api = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("target", "classes"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        add(ClassFile.of().parse(file), api);
      }
    }
    return api;
  }

  private static void add(ClassModel type, Set<String> api) {
    if (!type.flags().has(AccessFlag.PUBLIC)) {
      return;
    }
    String name = type.thisClass().asInternalName().replace('/', '.');
    api.add(
        name
            + type.superclass().map(parent -> " extends " + parent.asInternalName()).orElse("")
            + (type.interfaces().isEmpty()
                ? ""
                : " implements "
                    + String.join(
                        ", ",
                        type.interfaces().stream().map(each -> each.asInternalName()).toList())));
    for (MethodModel method : type.methods()) {
      if (isOpen(method.flags().flags()) && !method.flags().has(AccessFlag.SYNTHETIC)) {
        api.add(name + "#" + method.methodName() + method.methodType());
      }
    }
    for (FieldModel field : type.fields()) {
      if (isOpen(field.flags().flags())) {
        api.add(name + "#" + field.fieldName() + " " + field.fieldType());
      }
    }
  }

  private static boolean isOpen(Set<AccessFlag> flags) {
    return flags.contains(AccessFlag.PUBLIC) || flags.contains(AccessFlag.PROTECTED);
  }
}
