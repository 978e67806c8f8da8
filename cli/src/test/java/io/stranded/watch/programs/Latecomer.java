package io.stranded.watch.programs;

import java.io.IOException;

/** {@link LeaksOnDemand} by a name that no other test watches out for. */
public final class Latecomer {
  private Latecomer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    LeaksOnDemand.main(args);
  }
}
