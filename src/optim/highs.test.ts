import { testAgainstHighs } from './highs.testing';

testAgainstHighs(6, [11]);
