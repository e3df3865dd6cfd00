package dev.tidings.node.view;

import dev.tidings.node.cluster.Owners;
import dev.tidings.node.deliver.DeviceLooks;
import dev.tidings.node.deliver.Partitions;
import dev.tidings.node.register.Registrar;
import dev.tidings.node.relay.peer.DeviceQuestions;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.DeviceList;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.value.DeviceId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.CompletableFuture;

/**
 * Answers what ingest nodes ask of this node for operators, and leaves questions about one device
 * to others. Thread-safe; never blocks.
 */
public final class NodeViews implements DeviceQuestions {
  /** More are answered "not now": each may seek through all partitions. */
  private static final int AT_ONCE = 4;

  private final NodeFacts state;
  private final AtOwner owner;
  private final Partitions partitions;
  private final DeviceLooks looks;
  private final DeviceTable<?> generations;
  private final Registrar registrar;
  private final NodeSeal seal;
  private final InstantSource clock;
  private final DeviceQuestions others;
  private final JoinViews joins;
  private final QuestionPlaces places =
      new QuestionPlaces(AT_ONCE, "questions of operators", "a partition");

  /**
   * @param owners finds the nodes of devices
   * @param generations has a record of each device that has registered an app
   * @param subscriptions has a record of each device and topic that it has joined
   * @param registrar revokes tokens
   * @param others answers the other questions
   */
  public NodeViews(
      NodeFacts state,
      Owners owners,
      Partitions partitions,
      DeviceTable<?> generations,
      DeviceTable<?> subscriptions,
      Registrar registrar,
      NodeSeal seal,
      InstantSource clock,
      DeviceQuestions others) {
    this.state = state;
    this.owner = new AtOwner(owners);
    this.partitions = partitions;
    this.looks = new DeviceLooks(partitions);
    this.generations = generations;
    this.registrar = registrar;
    this.seal = seal;
    this.clock = clock;
    this.others = others;
    this.joins = new JoinViews(subscriptions, System::nanoTime);
  }

  @Override
  public CompletableFuture<byte[]> answer(byte[] asked) {
    return CompletableFuture.supplyAsync(() -> OperatorQuestion.read(asked, seal, clock.instant()))
        .thenCompose(question ->
            question.isEmpty()
                ? others.answer(asked)
                : admit(question.get()).thenApply(answer -> answer.sealed(asked, seal)));
  }

  private CompletableFuture<DeviceAnswer> admit(OperatorQuestion question) {
    return switch (question) {
      // They wait for nothing, and are wanted most while something else does.
      case OperatorQuestion.Figures _ -> find(question);
      // They have places of their own.
      case OperatorQuestion.Joins _ -> find(question);
      default -> places.answer(question, () -> find(question));
    };
  }

  private CompletableFuture<DeviceAnswer> find(OperatorQuestion question) {
    return switch (question) {
      case OperatorQuestion.Figures() ->
          CompletableFuture.completedFuture(found(state.figures().text()));
      case OperatorQuestion.Devices(var prefix, var after, var limit) ->
          generations
              .devices(prefix, after, limit + 1)
              .thenCompose(names -> listed(names, limit))
              .thenApply(list -> found(list.text()));
      case OperatorQuestion.Joins about -> joins.answer(about);
      case OperatorQuestion.Disconnect(var device) ->
          owner.answer(
              device,
              () ->
                  partitions
                      .disconnect(device, CloseReason.ADMINISTRATOR)
                      .thenApply(was -> found(Boolean.toString(was))));
      case OperatorQuestion.Revoke(var device, var app) ->
          owner.answer(
              device,
              () ->
                  registrar
                      .revoke(device, app)
                      .thenApply(token -> found(token.hex()))
                      .toCompletableFuture());
    };
  }

  private static DeviceAnswer found(String text) {
    return new DeviceAnswer.Found(text, null);
  }

  private CompletableFuture<DeviceList> listed(NavigableSet<String> names, int limit) {
    List<CompletableFuture<DeviceList.Known>> each = new ArrayList<>();
    names.stream().limit(limit).forEach(name -> each.add(known(name)));
    return CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
        .thenApply(done ->
            new DeviceList(
                each.stream().map(CompletableFuture::join).toList(), names.size() > limit));
  }

  /** Whether it is connected, and nothing of what it is owed. */
  private CompletableFuture<DeviceList.Known> known(String name) {
    return looks
        .look(new DeviceId(name), app -> false, Long.MAX_VALUE, 1)
        .handle((look, failure) ->
            new DeviceList.Known(name, failure == null && look.connection() != null));
  }
}
