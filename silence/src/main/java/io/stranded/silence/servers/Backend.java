package io.stranded.silence.servers;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A slow service behind a web server: few threads, for whose answers all requests wait. */
final class Backend {
  private final ExecutorService workers = Executors.newFixedThreadPool(3);

  String answer(String question) throws Exception {
    return workers
        .submit(
            () -> {
              Thread.sleep(2);
              return "answer to " + question;
            })
        .get();
  }
}
