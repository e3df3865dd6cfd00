package dev.tidings.node.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.cluster.Owner;
import dev.tidings.node.register.Registrar;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a node does about a device for operators. */
class NodeViewsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final NodeSeal SEAL = new NodeSeal(TokenKeys.parse("1:" + "ab".repeat(32)));
  private static final String TOKEN = "01" + "cd".repeat(31);
  private static final OperatorQuestion REVOKE =
      new OperatorQuestion.Revoke(new DeviceId("phone"), new AppId("com.example.news"));

  private final List<String> revoked = new ArrayList<>();
  private Owner owner = new Owner.Here();

  /** Revokes, and does nothing else. */
  private Registrar registrar() {
    return (Registrar)
        Proxy.newProxyInstance(
            Registrar.class.getClassLoader(),
            new Class<?>[] {Registrar.class},
            (_, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("revoke");
              revoked.add(arguments[0] + " " + arguments[1]);
              return CompletableFuture.completedFuture(Token.parse(TOKEN));
            });
  }

  private DeviceAnswer ask() throws Exception {
    NodeViews views =
        new NodeViews(
            null,
            _ -> owner,
            null,
            null,
            null,
            registrar(),
            SEAL,
            () -> NOW,
            _ -> CompletableFuture.failedFuture(new AssertionError("it is no such question")));
    byte[] question = REVOKE.sealed(SEAL, NOW);
    return DeviceAnswer.read(views.answer(question).get(60, TimeUnit.SECONDS), question, SEAL)
        .orElseThrow();
  }

  @Test
  void the_node_that_has_a_device_revokes_its_token_of_an_app() throws Exception {
    assertThat(ask()).isEqualTo(new DeviceAnswer.Found(TOKEN, null));
    assertThat(revoked).containsExactly("phone com.example.news");
  }

  @Test
  void another_node_revokes_nothing_and_says_who_has_the_device() throws Exception {
    owner = new Owner.There(new InetSocketAddress("10.0.0.2", 1884));

    assertThat(ask()).isInstanceOf(DeviceAnswer.Elsewhere.class);
    assertThat(revoked).isEmpty();
  }
}
