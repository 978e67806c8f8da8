package io.stranded.agent;

import io.stranded.events.EveryPark;
import io.stranded.events.Heartbeat;
import io.stranded.events.ThreadExit;
import io.stranded.events.ThreadLeak;
import io.stranded.events.ThreadPark;
import io.stranded.events.ThreadStart;
import io.stranded.events.ThreadUnpark;
import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * The agent's standing with JFR: its event types, and the moments at which open waits have to be
 * told again because somebody began to listen or old chunks will be dropped.
 */
final class Recordings {
  private static final List<Class<? extends Event>> EVENTS =
      List.of(
          ThreadStart.class,
          ThreadPark.class,
          ThreadUnpark.class,
          ThreadExit.class,
          ThreadLeak.class,
          Heartbeat.class,
          EveryPark.class);

  private final FlightRecorderListener onStart;
  private final Runnable onChunk;

  Recordings(Repeats repeats) {
    onStart =
        new FlightRecorderListener() {
          @Override
          public void recordingStateChanged(Recording recording) {
            if (recording.getState() == RecordingState.RUNNING) {
              repeats.askNow();
            }
          }
        };
    onChunk =
        new Runnable() {
          @Override
          public void run() {
            repeats.askWithinBudget();
          }
        };
  }

  void register() {
    for (Class<? extends Event> event : EVENTS) {
      FlightRecorder.register(event);
    }
    FlightRecorder.addPeriodicEvent(ThreadPark.class, onChunk);
    FlightRecorder.addListener(onStart);
  }

  void unregister() {
    FlightRecorder.removeListener(onStart);
    FlightRecorder.removePeriodicEvent(onChunk);
    for (Class<? extends Event> event : EVENTS) {
      FlightRecorder.unregister(event);
    }
  }
}
