package dev.tidings.e2e;

import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The commands in docs/security.md that give each principal its rights in Kafka, as bindings. */
final class AclCommands {
  private static final String COMMAND = "$acl ";

  private AclCommands() {}

  /** Reads the document: all of it counts, and nothing else. */
  static List<AclBinding> documented() throws IOException {
    String page = Files.readString(Checkout.find().root().resolve("docs/security.md"));
    return page.replaceAll("\\\\\\n\\s*", " ")
        .lines()
        .filter(line -> line.startsWith(COMMAND))
        .flatMap(line -> bindings(line.substring(COMMAND.length())).stream())
        .toList();
  }

  /** As kafka-acls.sh does: each operation on each resource. */
  private static List<AclBinding> bindings(String command) {
    String principal = null;
    PatternType pattern = PatternType.LITERAL;
    List<AclOperation> operations = new ArrayList<>();
    List<ResourcePattern> resources = new ArrayList<>();
    List<String> words = Arrays.asList(command.split("\\s+"));
    for (int i = 0; i + 1 < words.size(); i += 2) {
      String value = words.get(i + 1);
      switch (words.get(i)) {
        case "--allow-principal" -> principal = value;
        case "--operation" -> operations.add(AclOperation.fromString(upperCase(value)));
        case "--resource-pattern-type" -> pattern = PatternType.fromString(upperCase(value));
        case "--topic" -> resources.add(resource(ResourceType.TOPIC, value));
        case "--group" -> resources.add(resource(ResourceType.GROUP, value));
        default -> throw new AssertionError("an option of kafka-acls.sh: " + words.get(i));
      }
    }
    List<AclBinding> bindings = new ArrayList<>();
    for (ResourcePattern resource : resources) {
      for (AclOperation operation : operations) {
        bindings.add(
            new AclBinding(
                new ResourcePattern(resource.resourceType(), resource.name(), pattern),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW)));
      }
    }
    return bindings;
  }

  /** DescribeConfigs is DESCRIBE_CONFIGS. */
  private static String upperCase(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }

  private static ResourcePattern resource(ResourceType type, String name) {
    return new ResourcePattern(type, name, PatternType.LITERAL);
  }
}
