package io.stranded.report;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads gzipped {@code profile.proto} with Google's parser: what pprof publishes, by name. */
public final class ProfileProto {
  private static final FieldDescriptorProto.Type INT64 = FieldDescriptorProto.Type.TYPE_INT64;
  private static final FieldDescriptorProto.Type UINT64 = FieldDescriptorProto.Type.TYPE_UINT64;
  private static final FieldDescriptorProto.Type STRING = FieldDescriptorProto.Type.TYPE_STRING;
  private static final Descriptor PROFILE = profile();

  private ProfileProto() {}

  /** The profile; a field that the format does not have fails. */
  public static DynamicMessage parse(byte[] gzipped) throws IOException {
    try (GZIPInputStream bytes = new GZIPInputStream(new ByteArrayInputStream(gzipped))) {
      DynamicMessage message = DynamicMessage.parseFrom(PROFILE, bytes.readAllBytes());
      requireKnownFields(message);
      return message;
    }
  }

  public static long number(Message message, String field) {
    return ((Number) get(message, field)).longValue();
  }

  @SuppressWarnings("unchecked")
  public static <T> List<T> list(Message message, String field) {
    return (List<T>) get(message, field);
  }

  private static Object get(Message message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private static void requireKnownFields(Message message) {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      throw new AssertionError("unknown fields: " + message.getUnknownFields());
    }
    for (Object value : message.getAllFields().values()) {
      for (Object element : value instanceof List<?> list ? list : List.of(value)) {
        if (element instanceof Message nested) {
          requireKnownFields(nested);
        }
      }
    }
  }

  private static Descriptor profile() {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("profile.proto")
            .setPackage("perftools.profiles")
            .setSyntax("proto3")
            .addMessageType(
                message("Profile")
                    .addField(repeated("sample_type", 1, "ValueType"))
                    .addField(repeated("sample", 2, "Sample"))
                    .addField(repeated("mapping", 3, "Mapping"))
                    .addField(repeated("location", 4, "Location"))
                    .addField(repeated("function", 5, "Function"))
                    .addField(repeated("string_table", 6, STRING))
                    .addField(single("drop_frames", 7, INT64))
                    .addField(single("keep_frames", 8, INT64))
                    .addField(single("time_nanos", 9, INT64))
                    .addField(single("duration_nanos", 10, INT64))
                    .addField(repeated("comment", 13, INT64))
                    .addField(single("default_sample_type", 14, INT64)))
            .addMessageType(
                message("ValueType")
                    .addField(single("type", 1, INT64))
                    .addField(single("unit", 2, INT64)))
            .addMessageType(
                message("Sample")
                    .addField(repeated("location_id", 1, UINT64))
                    .addField(repeated("value", 2, INT64))
                    .addField(repeated("label", 3, "Label")))
            .addMessageType(
                message("Label")
                    .addField(single("key", 1, INT64))
                    .addField(single("str", 2, INT64))
                    .addField(single("num", 3, INT64))
                    .addField(single("num_unit", 4, INT64)))
            .addMessageType(message("Mapping").addField(single("id", 1, UINT64)))
            .addMessageType(
                message("Location")
                    .addField(single("id", 1, UINT64))
                    .addField(single("mapping_id", 2, UINT64))
                    .addField(single("address", 3, UINT64))
                    .addField(repeated("line", 4, "Line")))
            .addMessageType(
                message("Line")
                    .addField(single("function_id", 1, UINT64))
                    .addField(single("line", 2, INT64)))
            .addMessageType(
                message("Function")
                    .addField(single("id", 1, UINT64))
                    .addField(single("name", 2, INT64))
                    .addField(single("system_name", 3, INT64))
                    .addField(single("filename", 4, INT64))
                    .addField(single("start_line", 5, INT64)))
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Profile");
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  private static DescriptorProto.Builder message(String name) {
    return DescriptorProto.newBuilder().setName(name);
  }

  private static FieldDescriptorProto single(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .build();
  }

  private static FieldDescriptorProto repeated(
      String name, int number, FieldDescriptorProto.Type type) {
    return single(name, number, type).toBuilder()
        .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)
        .build();
  }

  private static FieldDescriptorProto repeated(String name, int number, String message) {
    return repeated(name, number, FieldDescriptorProto.Type.TYPE_MESSAGE).toBuilder()
        .setTypeName(".perftools.profiles." + message)
        .build();
  }
}
