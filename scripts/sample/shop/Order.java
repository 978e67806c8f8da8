package shop;

/** What a customer wants. */
record Order(int id, String article, int cents) {}
