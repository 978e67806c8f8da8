package io.stranded.agent;

import java.lang.instrument.Instrumentation;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.JMException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.ReflectionException;

/**
 * The agent as an MBean, by which a tool that has attached gives it other options. To load it again
 * would do the same, but from Java 21 on a JVM prints four lines each time.
 *
 * <p>It is in a JVM whose platform MBean server is there already: to make one would start the JDK's
 * logging too, perhaps before the application has said how.
 */
final class AgentControl implements DynamicMBean {
  private static final String NAME = "io.stranded:type=Agent";
  private static final String OPERATION = "configure";
  private static final String BEAN_OF_EVERY_PLATFORM = "java.lang:type=Runtime";

  private final Instrumentation instrumentation;

  private AgentControl(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
  }

  /** Registers it, where there is a server to register it with. */
  static void show(Instrumentation instrumentation) throws JMException {
    ObjectName name = new ObjectName(NAME);
    for (MBeanServer server : MBeanServerFactory.findMBeanServer(null)) {
      if (server.isRegistered(new ObjectName(BEAN_OF_EVERY_PLATFORM))
          && !server.isRegistered(name)) {
        server.registerMBean(new AgentControl(instrumentation), name);
      }
    }
  }

  /** Takes it out again, so that nothing holds the agent. */
  static void hide() throws JMException {
    ObjectName name = new ObjectName(NAME);
    for (MBeanServer server : MBeanServerFactory.findMBeanServer(null)) {
      if (server.isRegistered(name)) {
        server.unregisterMBean(name);
      }
    }
  }

  @Override
  public Object invoke(String operation, Object[] values, String[] types)
      throws ReflectionException {
    if (!OPERATION.equals(operation) || values.length != 1 || !(values[0] instanceof String)) {
      throw new ReflectionException(new NoSuchMethodException(operation));
    }
    StrandedAgent.agentmain((String) values[0], instrumentation);
    return true;
  }

  @Override
  public MBeanInfo getMBeanInfo() {
    MBeanParameterInfo options =
        new MBeanParameterInfo("options", String.class.getName(), "as the agent takes them");
    return new MBeanInfo(
        AgentControl.class.getName(),
        "The agent of Stranded",
        null,
        null,
        new MBeanOperationInfo[] {
          new MBeanOperationInfo(
              OPERATION,
              "Gives the agent other options",
              new MBeanParameterInfo[] {options},
              Boolean.class.getName(),
              MBeanOperationInfo.ACTION)
        },
        null);
  }

  @Override
  public Object getAttribute(String attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException(attribute);
  }

  @Override
  public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException(attribute.getName());
  }

  @Override
  public AttributeList getAttributes(String[] attributes) {
    return new AttributeList();
  }

  @Override
  public AttributeList setAttributes(AttributeList attributes) {
    return new AttributeList();
  }
}
