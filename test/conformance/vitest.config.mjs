/* Only the suite: everything else is jest's. */
export default {
  test: { include: ['test/conformance/*.suite.mjs'], cache: false },
};
