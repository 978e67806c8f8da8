package io.stranded.silence.servers;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.routing.RoundRobinPool;

/** Apache Pekko: actors on the default dispatcher, on a thread pool and on threads of their own. */
final class Pekko extends AbstractActor {
  private static final String DISPATCHERS =
      """
      pool { type = Dispatcher, executor = thread-pool-executor
             thread-pool-executor.fixed-pool-size = 4 }
      pinned { type = PinnedDispatcher, executor = thread-pool-executor }
      """;

  static Clients start(Path directory) {
    ActorSystem system =
        ActorSystem.create(
            "silence", ConfigFactory.parseString(DISPATCHERS).withFallback(ConfigFactory.load()));
    Props actor = Props.create(Pekko.class, Pekko::new);
    ActorRef[] actors = {
      system.actorOf(actor.withRouter(new RoundRobinPool(8))),
      system.actorOf(actor.withDispatcher("pool").withRouter(new RoundRobinPool(8))),
      system.actorOf(actor.withDispatcher("pinned"))
    };
    return number -> () -> ask(actors[number % actors.length]);
  }

  private static void ask(ActorRef actor) {
    Patterns.ask(actor, "question", Duration.ofSeconds(30)).toCompletableFuture().join();
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(String.class, question -> getSender().tell("answer to " + question, getSelf()))
        .build();
  }
}
