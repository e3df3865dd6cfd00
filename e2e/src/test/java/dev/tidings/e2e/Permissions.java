package dev.tidings.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** What everybody may do on a broker where all is allowed that nobody has forbidden. */
final class Permissions implements AutoCloseable {
  /** Has a broker look at permissions. */
  static final Map<String, String> BROKER_SETTINGS =
      Map.of(
          "authorizer.class.name",
          "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
          "allow.everyone.if.no.acl.found",
          "true");

  private static final String EVERYBODY = "User:*";
  private static final String ANYWHERE = "*";

  private final Admin admin;

  Permissions(String bootstrapServers) {
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  void takeAway(ResourceType type, String name, AclOperation... operations) {
    ResourcePattern what = new ResourcePattern(type, name, PatternType.LITERAL);
    List<AclBinding> bindings = new ArrayList<>();
    bindings.add(binding(what, AclOperation.ALL, AclPermissionType.ALLOW));
    for (AclOperation operation : operations) {
      bindings.add(binding(what, operation, AclPermissionType.DENY));
    }
    try {
      admin.createAcls(bindings).all().get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static AclBinding binding(
      ResourcePattern what, AclOperation operation, AclPermissionType type) {
    return new AclBinding(what, new AccessControlEntry(EVERYBODY, ANYWHERE, operation, type));
  }

  void giveBack() {
    try {
      admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
