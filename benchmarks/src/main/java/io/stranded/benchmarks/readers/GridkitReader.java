package io.stranded.benchmarks.readers;

import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.netbeans.lib.profiler.heap.FieldValue;
import org.netbeans.lib.profiler.heap.GCRoot;
import org.netbeans.lib.profiler.heap.Heap;
import org.netbeans.lib.profiler.heap.HeapFactory;
import org.netbeans.lib.profiler.heap.IllegalInstanceIDException;
import org.netbeans.lib.profiler.heap.Instance;
import org.netbeans.lib.profiler.heap.JavaClass;
import org.netbeans.lib.profiler.heap.ObjectArrayInstance;
import org.netbeans.lib.profiler.heap.ObjectFieldValue;

/**
 * gridkit's hprof-heap: the fast heap and a walk over ids.
 *
 * <p>The walk is depth first: the library finds an object by reading the 8 kB of heap around it and
 * remembers a thousand such pages, so staying near pays.
 */
public final class GridkitReader {
  private final Heap heap;
  private final AddressSet marked = new AddressSet();
  private final LongStack pending = new LongStack();
  private final Map<Long, JavaClass> classes = new HashMap<>();
  private @Nullable Class<?> classInstance;
  private @Nullable JavaClass lastClass;
  private long count;

  private GridkitReader(Heap heap) {
    this.heap = heap;
  }

  public static void main(String[] args) throws IOException {
    GridkitReader reader = new GridkitReader(HeapFactory.createFastHeap(new File(args[0])));
    reader.markAll();
    System.out.println("marked " + reader.count);
  }

  private void markAll() {
    for (JavaClass type : heap.getAllClasses()) {
      classes.put(type.getJavaClassId(), type);
    }
    classInstance = heap.getInstanceByID(classes.keySet().iterator().next()).getClass();
    for (GCRoot root : heap.getGCRoots()) {
      try {
        mark(root.getInstance().getInstanceId());
      } catch (IllegalInstanceIDException e) {
        // A root of something that is not in the dump.
      }
    }
    while (!pending.isEmpty()) {
      long id = pending.pop();
      try {
        Instance instance = heap.getInstanceByID(id);
        count++;
        visit(instance);
      } catch (IllegalInstanceIDException e) {
        // HotSpot's live dumps refer to objects that are not in them.
      }
    }
  }

  private void mark(long id) {
    if (id != 0 && marked.add(id)) {
      pending.push(id);
    }
  }

  private void visit(Instance instance) {
    if (instance instanceof ObjectArrayInstance array) {
      markClass(array.getJavaClass());
      for (Long id : array.getValueIDs()) {
        mark(id);
      }
    } else if (instance.getClass() == classInstance) {
      visitClass(instance.getInstanceId());
    } else {
      markClass(instance.getJavaClass());
      markFields(instance.getFieldValues());
    }
  }

  private void visitClass(long id) {
    JavaClass type = classes.get(id);
    if (type == null) {
      return;
    }
    // The class loader is one of them.
    for (FieldValue value : type.getStaticFieldValues()) {
      if (value instanceof ObjectFieldValue reference) {
        mark(reference.getInstanceId());
      }
    }
    JavaClass superclass = type.getSuperClass();
    if (superclass != null) {
      mark(superclass.getJavaClassId());
    }
  }

  private void markFields(List<FieldValue> values) {
    for (FieldValue value : values) {
      if (value instanceof ObjectFieldValue reference) {
        mark(reference.getInstanceId());
      }
    }
  }

  private void markClass(JavaClass type) {
    if (type != lastClass) {
      lastClass = type;
      mark(type.getJavaClassId());
    }
  }
}
