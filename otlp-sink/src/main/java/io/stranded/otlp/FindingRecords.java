package io.stranded.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import io.stranded.finding.Finding;
import io.stranded.finding.LeakProfile;
import io.stranded.finding.Life;
import io.stranded.finding.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Changes of findings as log records. */
final class FindingRecords {
  static final String EVENT = "stranded.finding";

  private static final AttributeKey<String> FINGERPRINT = key("fingerprint");
  private static final AttributeKey<String> STAGE = key("stage");
  private static final AttributeKey<String> STANDING = key("standing");
  private static final AttributeKey<String> CONFIDENCE = key("confidence");
  private static final AttributeKey<String> CAUSE = key("cause");
  private static final AttributeKey<String> WAITS_ON = key("waits_on");
  private static final AttributeKey<String> CREATED_BY = key("created_by");
  private static final AttributeKey<Long> THREADS = AttributeKey.longKey(EVENT + ".threads");
  private static final AttributeKey<Long> PINNED = AttributeKey.longKey(EVENT + ".pinned_bytes");
  private static final AttributeKey<List<String>> EVIDENCE =
      AttributeKey.stringArrayKey(EVENT + ".evidence");
  private static final AttributeKey<String> STACK = AttributeKey.stringKey("code.stacktrace");

  private FindingRecords() {}

  /** One for each finding of a profile, of the JVM's resource. */
  static List<LogRecordData> of(LeakProfile profile) {
    List<LogRecordData> records = new ArrayList<>();
    Resource resource = profile.target().map(Resources::of).orElse(Resource.getDefault());
    try (SdkLoggerProvider provider =
        SdkLoggerProvider.builder()
            .setResource(resource)
            .addLogRecordProcessor((context, record) -> records.add(record.toLogRecordData()))
            .build()) {
      Logger logger = provider.get("io.stranded");
      for (Finding finding : profile.findings()) {
        Severity severity = severity(finding);
        logger
            .logRecordBuilder()
            .setEventName(EVENT)
            .setTimestamp(profile.takenAt())
            .setSeverity(severity)
            .setSeverityText(severity.name())
            .setBody(finding.summary())
            .setAllAttributes(attributes(finding))
            .emit();
      }
    }
    return records;
  }

  /** What is proved is worth a warning, what is over is not. */
  private static Severity severity(Finding finding) {
    boolean over = finding.life().filter(life -> life.stage() == Life.Stage.RESOLVED).isPresent();
    return finding.standing() == Standing.LEAKED && !over ? Severity.WARN : Severity.INFO;
  }

  private static Attributes attributes(Finding finding) {
    AttributesBuilder attributes = Attributes.builder();
    attributes.put(FINGERPRINT, finding.fingerprint());
    finding.life().ifPresent(life -> attributes.put(STAGE, lower(life.stage())));
    attributes.put(STANDING, lower(finding.standing()));
    finding.confidence().ifPresent(word -> attributes.put(CONFIDENCE, lower(word)));
    attributes.put(CAUSE, lower(finding.cause()));
    attributes.put(WAITS_ON, finding.blockedOn().type());
    attributes.put(THREADS, (long) finding.count());
    attributes.put(PINNED, finding.pinnedBytes());
    attributes.put(EVIDENCE, finding.evidence());
    attributes.put(STACK, frames(finding.stack()));
    attributes.put(CREATED_BY, frames(finding.createdBy()));
    return attributes.build();
  }

  private static String frames(List<String> stack) {
    return String.join("\n", stack);
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  private static AttributeKey<String> key(String name) {
    return AttributeKey.stringKey(EVENT + "." + name);
  }
}
