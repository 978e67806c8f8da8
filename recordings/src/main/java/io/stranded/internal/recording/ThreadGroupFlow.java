package io.stranded.internal.recording;

import io.stranded.internal.trend.ThreadFlow;
import java.util.List;

/**
 * Threads that were started by the same code.
 *
 * @param name the place of the start, for people
 * @param creator frames that started one of them, innermost first; empty if unknown
 * @param flow their starts and ends
 */
record ThreadGroupFlow(String name, List<String> creator, ThreadFlow flow) {}
