package io.stranded.cli;

import io.stranded.watch.DumpBudget.TimeWindow;
import java.time.DateTimeException;
import java.time.LocalTime;
import picocli.CommandLine;

/** Reads times of day: {@code 22:00-06:00}. */
final class TimeWindowConverter implements CommandLine.ITypeConverter<TimeWindow> {
  @Override
  public TimeWindow convert(String value) {
    int dash = value.indexOf('-');
    try {
      return new TimeWindow(
          LocalTime.parse(value.substring(0, Math.max(0, dash))),
          LocalTime.parse(value.substring(dash + 1)));
    } catch (DateTimeException e) {
      throw new CommandLine.TypeConversionException(
          "expected times of day such as 22:00-06:00 but was '" + value + "'");
    }
  }
}
