package io.stranded.internal.jdk;

import io.stranded.finding.Doubt;
import io.stranded.internal.heap.HeapClass;
import io.stranded.internal.heap.HeapGraph;
import io.stranded.internal.heap.HeapObject;
import io.stranded.internal.hprof.HprofType;
import io.stranded.internal.jdk.FieldPlace.Kind;
import io.stranded.internal.jdk.FieldPlace.Role;
import io.stranded.internal.jdk.JdkField.Absence;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one dump has the rows of {@link JdkField}, looked up once. What is read through it has no
 * default: a field that is not there, or not of its type, gives nothing, and {@link #notes()} say
 * so. Fields are those of the class that declares them, whatever a user's subclass calls its own.
 */
public final class JdkShape {
  private static final int OLDEST = 17;
  private static final int NEWEST = 25;
  private static final String KNOWN = OLDEST + " to " + NEWEST;

  /** Texts are names here, and longer ones are cut. */
  private static final int MOST_TEXT_BYTES = 1000;

  /**
   * A field as the dump has it.
   *
   * @param declaring the class that declares it
   * @param at offset in that class's part of an instance, or the file offset of a static value
   * @param hop the field of the owner that leads to the object; null if the owner has it itself
   */
  private record Found(FieldPlace place, HeapClass declaring, long at, @Nullable Found hop) {}

  private final HeapGraph graph;
  private final Map<String, HeapClass> classes = new HashMap<>();
  private final Map<JdkField, Map<String, Found>> found = new EnumMap<>(JdkField.class);
  private final Map<Absence, Set<String>> missing = new EnumMap<>(Absence.class);
  private final Optional<String> version;

  private JdkShape(HeapGraph graph) {
    this.graph = graph;
    graph.classes().forEach(type -> classes.putIfAbsent(type.name(), type));
    for (JdkField row : JdkField.values()) {
      found.put(row, resolve(row));
    }
    this.version = constantAddress(JdkField.VERSION).flatMap(graph::instance).flatMap(this::text);
  }

  /** Looks up all rows in a dump. */
  public static JdkShape of(HeapGraph graph) {
    return new JdkShape(graph);
  }

  /** Whether objects of a class, or one of its subclasses, have a field. */
  public boolean has(JdkField row, String owner) {
    return placeIn(row, owner).isPresent();
  }

  /** Whether an object has a field. */
  public boolean has(JdkField row, HeapObject object) {
    return placeIn(row, object).isPresent();
  }

  /** An int, long, byte or boolean, which is 0 or 1; empty if the object has no such field. */
  public OptionalLong number(JdkField row, HeapObject object) {
    Optional<Found> place = placeIn(row, object);
    Optional<HeapObject> holder = place.flatMap(p -> holder(p, object));
    return holder.isEmpty() ? OptionalLong.empty() : number(place.get(), holder.get());
  }

  /** The address that a field holds, 0 for null; empty if the object has no such field. */
  public OptionalLong address(JdkField row, HeapObject object) {
    Optional<Found> place = placeIn(row, object);
    Optional<HeapObject> holder = place.flatMap(p -> holder(p, object));
    return holder.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(holder.get().idAt(offset(place.get(), holder.get())));
  }

  /** The instance that a field refers to; empty also for null, and if there is no such field. */
  public Optional<HeapObject> referred(JdkField row, HeapObject object) {
    OptionalLong address = address(row, object);
    return address.isEmpty() ? Optional.empty() : graph.instance(address.getAsLong());
  }

  /** The text of a {@code java.lang.String} that a field refers to. */
  public Optional<String> text(JdkField row, HeapObject object) {
    return referred(row, object).flatMap(this::text).or(() -> chars(row, object));
  }

  /** A static int; empty if the dump has none. */
  public OptionalInt constant(JdkField row) {
    return places(row).values().stream()
        .filter(place -> place.place().isStatic() && place.place().kind() == Kind.INT)
        .mapToInt(place -> graph.file().i4(place.at()))
        .findFirst();
  }

  /** The feature release of the JVM that was dumped; empty if the dump does not say. */
  public OptionalInt feature() {
    if (version.isEmpty()) {
      return OptionalInt.empty();
    }
    String text = version.get().startsWith("1.") ? version.get().substring(2) : version.get();
    String digits =
        text.chars()
            .takeWhile(Character::isDigit)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    return digits.isEmpty() || digits.length() > 4
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(digits));
  }

  /** Why nothing can be proved on this dump, as far as its classes tell. */
  public Optional<Doubt> gap() {
    return isUnknownRelease() || missing.containsKey(Absence.GAP)
        ? Optional.of(Doubt.UNKNOWN_JDK)
        : Optional.empty();
  }

  /** What the dump lacks, and what follows, one sentence each. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (isUnknownRelease()) {
      notes.add(
          "the dump is of Java "
              + version.orElseThrow()
              + ", and the threads and synchronizers of "
              + KNOWN
              + " are known: nothing in it is proved");
    }
    addNote(notes, Absence.GAP, "nothing in it is proved");
    addNote(notes, Absence.WAITS, "waits that need it are in doubt");
    addNote(notes, Absence.BLIND, "leaks may be missed");
    return notes;
  }

  private void addNote(List<String> notes, Absence absence, String consequence) {
    if (missing.containsKey(absence)) {
      notes.add(
          "the dump has no "
              + String.join(", ", missing.get(absence))
              + " as Java "
              + KNOWN
              + " have: "
              + consequence);
    }
  }

  private boolean isUnknownRelease() {
    OptionalInt feature = feature();
    return feature.isPresent() && (feature.getAsInt() < OLDEST || feature.getAsInt() > NEWEST);
  }

  /**
   * The places of a row, by the class of the objects that are asked for it. Every analysis does
   * this once for each row, and most are run once in a JVM, where streams are dear.
   */
  private Map<String, Found> resolve(JdkField row) {
    Map<String, List<FieldPlace>> byOwner = new LinkedHashMap<>();
    for (FieldPlace place : row.places()) {
      if (classes.containsKey(place.owner())) {
        byOwner.computeIfAbsent(place.owner(), key -> new ArrayList<>(1)).add(place);
      }
    }
    Map<String, Found> places = new HashMap<>();
    for (Map.Entry<String, List<FieldPlace>> entry : byOwner.entrySet()) {
      List<FieldPlace> here = entry.getValue();
      if (!isOfThisRelease(here)) {
        continue;
      }
      Optional<Found> place = firstFound(here);
      if (place.isEmpty()) {
        // A reference that is none any more leads somewhere all the same.
        Absence absence = here.stream().anyMatch(this::isNoReference) ? Absence.GAP : row.absence();
        missing
            .computeIfAbsent(absence, key -> new LinkedHashSet<>())
            .add(nearest(here).toString());
      } else if (place.get().place().role() != Role.INSTEAD) {
        places.put(entry.getKey(), place.get());
      }
    }
    return places;
  }

  private Optional<Found> firstFound(List<FieldPlace> places) {
    for (FieldPlace place : places) {
      Optional<Found> here = resolve(place);
      if (here.isPresent()) {
        return here;
      }
    }
    return Optional.empty();
  }

  private boolean isOfThisRelease(List<FieldPlace> places) {
    for (FieldPlace place : places) {
      if (isOfThisRelease(place)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOfThisRelease(FieldPlace place) {
    return place.witness().isEmpty()
        || Optional.ofNullable(classes.get(place.witness().get().type()))
            .filter(type -> hasWitness(type, place.witness().get()))
            .isPresent();
  }

  private static boolean hasWitness(HeapClass type, FieldPlace.Witness witness) {
    return witness.field().isEmpty()
        || type.fields().stream().anyMatch(f -> f.name().equals(witness.field().get()));
  }

  /** Where the field would be in a release like that of the dump. */
  private FieldPlace nearest(List<FieldPlace> places) {
    return places.stream()
        .filter(place -> classes.containsKey(place.declaring()))
        .findFirst()
        .orElse(places.get(0));
  }

  private boolean isNoReference(FieldPlace place) {
    HeapClass declaring = classes.get(place.declaring());
    return place.kind() == Kind.REFERENCE
        && declaring != null
        && Stream.concat(
                declaring.fields().stream().map(f -> Map.entry(f.name(), f.type())),
                declaring.statics().stream().map(f -> Map.entry(f.name(), f.type())))
            .anyMatch(f -> f.getKey().equals(place.name()) && f.getValue() != HprofType.OBJECT);
  }

  private Optional<Found> resolve(FieldPlace place) {
    HeapClass declaring = classes.get(place.declaring());
    if (declaring == null) {
      return Optional.empty();
    }
    if (place.isStatic()) {
      for (HeapClass.StaticField field : declaring.statics()) {
        if (field.name().equals(place.name()) && field.type() == place.kind().code) {
          return Optional.of(new Found(place, declaring, field.valueAt(), null));
        }
      }
      return Optional.empty();
    }
    Optional<Found> hop = Optional.empty();
    if (place.hop().isPresent()) {
      hop = resolve(FieldPlace.of(place.owner(), place.hop().get(), Kind.REFERENCE));
      if (hop.isEmpty()) {
        return Optional.empty();
      }
    }
    for (HeapClass.Field field : declaring.fields()) {
      if (field.name().equals(place.name()) && field.type() == place.kind().code) {
        return Optional.of(new Found(place, declaring, field.offset(), hop.orElse(null)));
      }
    }
    return Optional.empty();
  }

  private Map<String, Found> places(JdkField row) {
    return found.getOrDefault(row, Map.of());
  }

  private Optional<Found> placeIn(JdkField row, HeapObject object) {
    for (HeapClass c = object.type(); c != null; c = c.superclass()) {
      Found place = places(row).get(c.name());
      if (place != null) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  private Optional<Found> placeIn(JdkField row, String owner) {
    return Optional.ofNullable(places(row).get(owner));
  }

  /** The object that has the field: the one that is asked, or one that it refers to. */
  private Optional<HeapObject> holder(Found place, HeapObject object) {
    Found hop = place.hop();
    if (place.place().isStatic()) {
      return Optional.empty();
    }
    return hop == null
        ? Optional.of(object).filter(o -> o.type().baseOf(place.declaring()) >= 0)
        : graph
            .instance(object.idAt(offset(hop, object)))
            .filter(o -> o.type().baseOf(place.declaring()) >= 0);
  }

  private static int offset(Found place, HeapObject object) {
    return object.type().baseOf(place.declaring()) + (int) place.at();
  }

  private static OptionalLong number(Found place, HeapObject object) {
    int offset = offset(place, object);
    return switch (place.place().kind()) {
      case INT -> OptionalLong.of(object.intAt(offset));
      case LONG -> OptionalLong.of(object.longAt(offset));
      case BOOLEAN, BYTE -> OptionalLong.of(object.byteAt(offset));
      case REFERENCE -> OptionalLong.empty();
    };
  }

  private Optional<Long> constantAddress(JdkField row) {
    return places(row).values().stream()
        .filter(place -> place.place().isStatic())
        .map(place -> graph.file().id(place.at()))
        .findFirst();
  }

  /** Up to JDK 8u05 the name of a thread is no String but an array. */
  private Optional<String> chars(JdkField row, HeapObject object) {
    OptionalLong array = address(row, object);
    return array.isEmpty() ? Optional.empty() : chars(array.getAsLong());
  }

  private Optional<String> chars(long array) {
    return graph
        .bytes(array, HprofType.CHAR, MOST_TEXT_BYTES)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_16BE));
  }

  private Optional<String> text(HeapObject string) {
    if (!string.type().name().equals("java.lang.String")) {
      return Optional.empty();
    }
    OptionalLong value = address(JdkField.STRING_VALUE, string);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    boolean latin1 = number(JdkField.STRING_CODER, string).orElse(0) == 0;
    // The bytes of two-byte characters are in the dumped machine's order: little-endian by far.
    Charset charset = latin1 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE;
    return graph
        .bytes(value.getAsLong(), HprofType.BYTE, MOST_TEXT_BYTES)
        .map(bytes -> new String(bytes, charset))
        .or(
            // Up to JDK 8 texts are chars, which HPROF writes in its own order.
            () -> chars(value.getAsLong()));
  }

  /** The rows that the dump lacks although it has their class. */
  Stream<String> missing() {
    return missing.values().stream().flatMap(Set::stream);
  }
}
