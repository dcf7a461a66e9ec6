import { testDamage } from './storedFuzz.testing';

testDamage(40, 21);
