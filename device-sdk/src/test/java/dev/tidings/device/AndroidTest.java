package dev.tidings.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What this module uses of Java is there in Android 8 (API level 26): every class, and a member of
 * every name. What {@code D8} translates counts as there: records, lambdas, texts of parts,
 * switches over types, and the static methods of Java 9 and 10 that make collections.
 */
final class AndroidTest {
  private static final Path CLASSES = Path.of("target", "classes");

  private static final Set<String> TRANSLATED =
      Set.of(
          "java.lang.MatchException",
          "java.lang.Record",
          "java.lang.invoke.LambdaMetafactory",
          "java.lang.invoke.StringConcatFactory",
          "java.lang.runtime.ObjectMethods",
          "java.lang.runtime.SwitchBootstraps");

  private static final Set<String> TRANSLATED_MEMBERS =
      Set.of(
          "java.util.List#of",
          "java.util.List#copyOf",
          "java.util.Set#of",
          "java.util.Set#copyOf",
          "java.util.Map#of",
          "java.util.Optional#isEmpty");

  private final Map<String, List<String>> android = android();

  @Test
  void no_class_of_java_is_used_that_android_lacks() throws IOException {
    Set<String> used = new TreeSet<>();
    for (ClassModel each : classes()) {
      for (PoolEntry entry : each.constantPool()) {
        if (entry instanceof ClassEntry type) {
          used.add(type.asInternalName().replaceAll("^\\[+L?|;$", "").replace('/', '.'));
        }
      }
    }
    used.removeIf(name -> !isOfJava(name));

    assertThat(used).hasSizeGreaterThan(50);
    assertThat(used).filteredOn(name -> !TRANSLATED.contains(name)).isSubsetOf(android.keySet());
  }

  @Test
  void no_member_of_a_class_of_java_is_used_that_android_lacks() throws IOException {
    Set<String> lacking = new TreeSet<>();
    for (ClassModel each : classes()) {
      for (PoolEntry entry : each.constantPool()) {
        if (entry instanceof MemberRefEntry member) {
          String owner = member.owner().asInternalName().replace('/', '.');
          String name = owner + "#" + member.name();
          if (isOfJava(owner)
              && !TRANSLATED.contains(owner)
              && !TRANSLATED_MEMBERS.contains(name)
              && !has(owner, member.name().stringValue())) {
            lacking.add(name);
          }
        }
      }
    }

    assertThat(lacking).isEmpty();
  }

  private boolean has(String type, String member) {
    List<String> known = android.getOrDefault(type, List.of());
    return known.contains(member)
        || known.stream()
            .filter(
                word -> word.startsWith("<") && !word.equals("<init>") && !word.equals("<clinit>"))
            .anyMatch(parent -> has(parent.substring(1), member))
        || (!type.equals("java.lang.Object") && has("java.lang.Object", member));
  }

  private static boolean isOfJava(String name) {
    return name.startsWith("java.") || name.startsWith("javax.");
  }

  private static List<ClassModel> classes() throws IOException {
    try (Stream<Path> files = Files.walk(CLASSES)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".class")).toList();
      assertThat(found).hasSizeGreaterThan(20);
      List<ClassModel> classes = new java.util.ArrayList<>();
      for (Path file : found) {
        classes.add(ClassFile.of().parse(file));
      }
      return classes;
    }
  }

  private static Map<String, List<String>> android() {
    Map<String, List<String>> android = new HashMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                AndroidTest.class.getResourceAsStream("android-26.txt"), StandardCharsets.UTF_8))) {
      reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> List.of(line.split(" ", -1)))
          .forEach(words -> android.put(words.get(0), words.subList(1, words.size())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return android;
  }
}
