package io.stranded.benchmarks.readers;

import java.io.File;
import java.io.IOException;
import java.util.List;
import org.netbeans.lib.profiler.heap.Heap;
import org.netbeans.lib.profiler.heap.HeapFactory;
import org.netbeans.lib.profiler.heap.Instance;
import org.netbeans.lib.profiler.heap.JavaClass;

/**
 * The NetBeans and VisualVM library, which marks everything when asked for the way to one object.
 *
 * <p>With a second argument, counts what was marked. That takes longer than marking, so it is no
 * part of a timed run.
 */
public final class NetBeansReader {
  private NetBeansReader() {}

  public static void main(String[] args) throws IOException {
    Heap heap = HeapFactory.createHeap(new File(args[0]));
    for (JavaClass type : heap.getAllClasses()) {
      List<Instance> instances = type.getInstances();
      if (!instances.isEmpty() && !instances.get(0).isGCRoot()) {
        instances.get(0).getNearestGCRootPointer();
        break;
      }
    }
    if (args.length > 1) {
      System.out.println("marked " + count(heap));
    }
  }

  private static long count(Heap heap) {
    long count = 0;
    for (JavaClass type : heap.getAllClasses()) {
      for (Instance instance : type.getInstances()) {
        if (instance.getNearestGCRootPointer() != null) {
          count++;
        }
      }
    }
    return count;
  }
}
