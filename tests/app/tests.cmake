fedcctr_test(tst_data_command app/tst_data_command.cpp LIBS fedcctr_data ZLIB::ZLIB DEPENDS fedcctr)
