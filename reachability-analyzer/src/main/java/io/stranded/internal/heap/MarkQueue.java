package io.stranded.internal.heap;

import org.jspecify.annotations.Nullable;

/**
 * Marks objects, and hands out those whose references are still to be followed.
 *
 * <p>What is to be marked waits on a stack for each page of the heap, until that page has its turn.
 * Then the page is gone through in the order of addresses, again and again, until nothing in it is
 * left to follow. So index and dump are read in one neighbourhood at a time, and mostly forwards,
 * wherever references lead: a look at what is in no cache costs more than all else. Since nobody
 * looks at a mark before its page has its turn, an object may wait several times, four bytes each;
 * a stack that grows long is marked and cleared of repetitions where it stands.
 *
 * <p>Two queues can {@link #share} a marking, each of them for use by one thread: each marks the
 * objects of its own pages, and at the turn of another page hands over what waits for it.
 */
public final class MarkQueue {
  private static final int BLOCK_LENGTH = 252;

  /** Set in what has been marked, and waits for its references to be followed. */
  private static final int MARKED = 1 << 31;

  /** A stack is cleared of repetitions after so many more blocks than it had the last time. */
  private static final int BLOCKS_TO_CLEAR = 32;

  /** A part of a stack: objects by their word in the page. */
  static final class Block {
    final int[] words = new int[BLOCK_LENGTH];
    int size;

    /** Blocks of the stack up to this one. */
    int height;

    @Nullable Block below;
  }

  /** Empty blocks beyond these are left to the collector: they may all come from the other. */
  private static final int MOST_SPARE = 4096;

  private final ObjectIndex objects;
  private final Marks marks;

  /** Which of the two this is, where there are two. */
  private final int number;

  /** The other side, while there is one. */
  private @Nullable MarkExchange exchange;

  /** The top of each page's stack; null for an empty one. */
  private final @Nullable Block[] tops;

  /** How many blocks each page's stack may have before it is cleared of repetitions. */
  private final int[] limits;

  /** The pages whose turn will come, in a ring. */
  private final int[] turns;

  private int firstTurn;
  private int turnCount;

  /** The page whose turn it is, and which of its objects are to be followed. */
  private int page = PageDirectory.NONE;

  private final WordSet due = new WordSet();

  private @Nullable Block spare;
  private int spareCount;

  MarkQueue(ObjectIndex objects, Marks marks) {
    this(objects, marks, 0, null);
  }

  private MarkQueue(ObjectIndex objects, Marks marks, int number, @Nullable MarkExchange exchange) {
    this.objects = objects;
    this.marks = marks;
    this.number = number;
    this.exchange = exchange;
    this.tops = new Block[objects.pageCount()];
    this.limits = new int[objects.pageCount()];
    this.turns = new int[objects.pageCount()];
  }

  /** Marks the object at an address. If it has references to follow, it will be handed out. */
  public void mark(long address) {
    int pageOfObject = objects.page(address);
    int word = ObjectIndex.wordOf(address);
    if (pageOfObject != page) {
      push(pageOfObject, word);
    } else if (marks.mark(page, word)) {
      due.add(word);
    }
  }

  /**
   * Makes a second queue that takes over half of the pages. From now on {@link #next} of each waits
   * for the other and ends when there is nothing left for either; then this one is alone again.
   */
  public MarkQueue share() {
    exchange = new MarkExchange();
    return new MarkQueue(objects, marks, 1 - number, exchange);
  }

  /** Lets {@link #next} of the other end, too. To be called when the work on one has failed. */
  public void abandon() {
    if (exchange != null) {
      exchange.end();
    }
  }

  /**
   * The file offsets of some objects whose references are to be followed.
   *
   * @return how many there are; 0 only if there are none at all
   */
  public int next(long[] offsets) {
    long offset = next();
    int count = 0;
    while (offset >= 0) {
      offsets[count++] = offset;
      int word = count < offsets.length ? due.take() : -1;
      offset = word < 0 ? -1 : objects.offset(page, objects.address(page, word));
    }
    return count;
  }

  /** The file offset of an object whose references are to be followed, or -1 if there is none. */
  long next() {
    int word = due.take();
    while (word < 0) {
      page = PageDirectory.NONE;
      if (exchange != null && !receive(exchange)) {
        exchange = null;
        return -1;
      }
      if (turnCount == 0) {
        return -1;
      }
      turn();
      word = due.take();
    }
    return objects.offset(page, objects.address(page, word));
  }

  /** Takes what the other has reached, and waits for it if there is nothing else to do. */
  private boolean receive(MarkExchange from) {
    MarkExchange.Stack stack = turnCount == 0 ? from.await(number) : from.receive(number);
    while (stack != null) {
      for (Block block = stack.top(); block != null; ) {
        for (int i = 0; i < block.size; i++) {
          push(stack.page(), block.words[i]);
        }
        Block below = block.below;
        free(block);
        block = below;
      }
      stack = from.receive(number);
    }
    return turnCount > 0 && !from.isOver();
  }

  /** Goes on to the next page, and marks what waits for it, or hands it over. */
  private void turn() {
    int next = turns[firstTurn];
    firstTurn = firstTurn + 1 == turns.length ? 0 : firstTurn + 1;
    turnCount--;
    Block block = tops[next];
    tops[next] = null;
    MarkExchange to = otherOf(next);
    if (block != null && to != null) {
      to.send(next, block);
      return;
    }
    page = next;
    while (block != null) {
      for (int i = 0; i < block.size; i++) {
        int word = block.words[i];
        if (word < 0 || marks.mark(page, word)) {
          due.add(word & ~MARKED);
        }
      }
      Block below = block.below;
      free(block);
      block = below;
    }
  }

  private void push(int pageOfObject, int word) {
    Block top = tops[pageOfObject];
    if (top == null) {
      takeTurn(pageOfObject);
      top = grow(pageOfObject);
    } else if (top.size == BLOCK_LENGTH) {
      top = top.height < limits[pageOfObject] ? grow(pageOfObject) : shorten(pageOfObject, top);
    }
    top.words[top.size++] = word;
  }

  private void takeTurn(int pageOfObject) {
    int turn = firstTurn + turnCount++;
    turns[turn < turns.length ? turn : turn - turns.length] = pageOfObject;
    limits[pageOfObject] = BLOCKS_TO_CLEAR;
  }

  /** Puts an empty block on the stack of a page. */
  private Block grow(int pageOfObject) {
    Block block = spare == null ? new Block() : spare;
    if (spare != null) {
      spare = spare.below;
      spareCount--;
    }
    Block below = tops[pageOfObject];
    block.below = below;
    block.height = below == null ? 1 : below.height + 1;
    tops[pageOfObject] = block;
    return block;
  }

  /** Makes room on a stack that has grown long. */
  private Block shorten(int pageOfObject, Block top) {
    MarkExchange to = otherOf(pageOfObject);
    if (to == null) {
      return clear(pageOfObject);
    }
    to.send(pageOfObject, top);
    tops[pageOfObject] = null;
    return grow(pageOfObject);
  }

  /** Where to hand over what waits for a page, or null if it is to be marked here. */
  private @Nullable MarkExchange otherOf(int somePage) {
    return MarkExchange.ownerOf(somePage) == number ? null : exchange;
  }

  /** Marks what waits on the stack of a page, and keeps only what is to be followed. */
  private Block clear(int pageOfObject) {
    Block old = tops[pageOfObject];
    tops[pageOfObject] = null;
    Block top = grow(pageOfObject);
    while (old != null) {
      for (int i = 0; i < old.size; i++) {
        int word = old.words[i];
        if (word < 0 || marks.mark(pageOfObject, word)) {
          top = top.size == BLOCK_LENGTH ? grow(pageOfObject) : top;
          top.words[top.size++] = word | MARKED;
        }
      }
      Block below = old.below;
      free(old);
      old = below;
    }
    limits[pageOfObject] = top.height + BLOCKS_TO_CLEAR;
    return top.size == BLOCK_LENGTH ? grow(pageOfObject) : top;
  }

  private void free(Block block) {
    if (spareCount < MOST_SPARE) {
      block.size = 0;
      block.below = spare;
      spare = block;
      spareCount++;
    }
  }
}
